/** The address of a model, parsed from a one-line setting. */
export type ModelPlace =
  /** Needs no network: each prompt's own rule answers. */
  | { provider: "embedded" }
  | { provider: "bedrock"; model: string }
  /** Any endpoint that speaks OpenAI's protocol: Ollama, vLLM, a gateway. */
  | { provider: "openai-compatible"; url: string; model: string; secret?: string | undefined };

/**
 * Geographies of the profiles that spread calls over regions. A list, since ids of models have dots too ("zai.glm-4.7"):
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
const GEOGRAPHIES = ["us", "us-gov", "eu", "apac", "jp", "au", "ca", "global"];
const PROFILE = new RegExp(`^(?:${GEOGRAPHIES.join("|")})\\.`);

/** The model that an inference profile of Bedrock calls; the id of a model is its own. */
export function foundationModelOf(id: string): string {
  return id.replace(PROFILE, "");
}

/** The address, and the other parameters of the setting. */
export interface ReadPlace {
  place: Exclude<ModelPlace, { provider: "embedded" }>;
  parameters: URLSearchParams;
}

/** Reads "bedrock:<model id>?…" or "https://host/v1?model=<name>&…"; undefined for what is neither. */
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

/** A parameter that is an amount, from 0 on; undefined where it is missing or none. */
export function amountOf(parameters: URLSearchParams, name: string): number | undefined {
  const amount = Number(parameters.get(name) ?? Number.NaN);
  return amount >= 0 && Number.isFinite(amount) ? amount : undefined;
}

/** As logs, records and results name a model. */
export function modelName(place: ModelPlace): string {
  return place.provider === "embedded" ? "embedded" : `${place.provider}:${place.model}`;
}
