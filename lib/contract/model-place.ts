/** The address of a model, parsed from a one-line setting. */
export type ModelPlace =
  /** Needs no network: each prompt's own rule answers. */
  | { provider: "embedded" }
  | { provider: "bedrock"; model: string }
  /** Any endpoint with OpenAI's protocol: Ollama, vLLM, a gateway. */
  | { provider: "openai-compatible"; url: string; model: string; secret?: string | undefined };

/**
 * Geographies of the profiles that spread calls over regions. A list, since ids of models contain dots too
 * ("zai.glm-4.7"): https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
const GEOGRAPHIES = ["us", "us-gov", "eu", "apac", "jp", "au", "ca", "global"];
const PROFILE = new RegExp(`^(?:${GEOGRAPHIES.join("|")})\\.`);

/** The model that an inference profile of Bedrock calls; a model id is returned unchanged. */
export function foundationModelOf(id: string): string {
  return id.replace(PROFILE, "");
}

/** The address, and the other parameters of the setting. */
interface ReadPlace {
  place: Exclude<ModelPlace, { provider: "embedded" }>;
  parameters: URLSearchParams;
}

/** Parses "bedrock:<model id>?…" or "https://host/v1?model=<name>&…"; undefined for anything else. */
export function readPlace(text: string): ReadPlace | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, pathname, origin, searchParams: parameters } = new URL(text);
  if (protocol === "bedrock:" && pathname) {
    return { place: { provider: "bedrock", model: decodeURIComponent(pathname) }, parameters };
  }
  const model = parameters.get("model");
  if (!/^https?:$/.test(protocol) || !model) return undefined;
  const secret = parameters.get("secret") ?? undefined;
  return {
    place: { provider: "openai-compatible", url: `${origin}${pathname}`, model, secret },
    parameters,
  };
}

/** A parameter that is an amount of 0 or more; undefined if it is missing or invalid. */
export function amountOf(parameters: URLSearchParams, name: string): number | undefined {
  const amount = Number(parameters.get(name) ?? Number.NaN);
  return amount >= 0 && Number.isFinite(amount) ? amount : undefined;
}

/** The model's name in logs, records and results. */
export function modelName(place: ModelPlace): string {
  return place.provider === "embedded" ? "embedded" : `${place.provider}:${place.model}`;
}
