import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { ModelPlace } from "../../../lib/contract/model-place.ts";
import { cappedFetch } from "./capped-fetch.ts";

type Endpoint = Extract<ModelPlace, { provider: "openai-compatible" }>;

/** An endpoint with OpenAI's protocol. `apiKey` reads its key from its secret. */
export async function endpointAt({ url, secret }: Endpoint, apiKey: (secret: string) => Promise<string>) {
  const key = secret === undefined ? {} : { apiKey: await apiKey(secret) };
  return createOpenAICompatible({
    name: "endpoint",
    baseURL: url,
    supportsStructuredOutputs: true,
    includeUsage: true,
    ...key,
    fetch: cappedFetch,
  });
}
