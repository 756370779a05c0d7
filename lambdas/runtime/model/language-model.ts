import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelSetting } from "../../../lib/contract/model.ts";
import { cappedFetch } from "./capped-fetch.ts";
import { embeddedModel } from "./embedded.ts";
import type { UseTool } from "./tool.ts";

/**
 * The model that a setting names. Only its provider is loaded: each is large. `byRule` answers for the
 * embedded model; `apiKey` reads an endpoint's key from its secret.
 */
export async function languageModel(
  setting: ModelSetting,
  byRule: (use: UseTool) => unknown,
  apiKey: (secret: string) => Promise<string>,
): Promise<LanguageModelV4> {
  switch (setting.provider) {
    case "embedded":
      return embeddedModel(byRule);
    case "bedrock": {
      const { createAmazonBedrock } = await import("@ai-sdk/amazon-bedrock");
      // Region and credentials are the function's own.
      return createAmazonBedrock({ fetch: cappedFetch })(setting.model);
    }
    case "openai-compatible": {
      const { endpointAt } = await import("./endpoint.ts");
      return (await endpointAt(setting, apiKey))(setting.model);
    }
  }
}
