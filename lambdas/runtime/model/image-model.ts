import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import type { ImageModelV4 } from "@ai-sdk/provider";
import type { ImageModelSetting } from "../../../lib/contract/image-model.ts";
import { cappedFetch } from "./capped-fetch.ts";
import { endpointAt } from "./endpoint.ts";

/** An image model, in the interface of the AI SDK's providers. */
export type ImageModel = Pick<ImageModelV4, "doGenerate">;

/**
 * The image model that a setting names. `byRule` draws for the embedded model; `apiKey` reads an endpoint's
 * key from its secret. Providers are imported statically: in a bundle with zod only in a lazy import, a
 * step's schemas would run before zod is loaded.
 */
export async function imageModel(
  setting: ImageModelSetting,
  byRule: () => Uint8Array | Promise<Uint8Array>,
  apiKey: (secret: string) => Promise<string>,
): Promise<ImageModel> {
  switch (setting.provider) {
    case "embedded":
      return { doGenerate: async () => ({ images: [await byRule()], ...NOTHING_ELSE }) };
    case "bedrock": {
      // Region and credentials are the function's own.
      return createAmazonBedrock({ fetch: cappedFetch }).imageModel(setting.model);
    }
    case "openai-compatible":
      return (await endpointAt(setting, apiKey)).imageModel(setting.model);
  }
}

const NOTHING_ELSE = {
  warnings: [],
  response: { timestamp: new Date(0), modelId: "embedded", headers: undefined },
};
