import type { Usage } from "./budget.ts";

/** The language model that steps call. It is a setting of the deployment: prompts do not name one. */
export type ModelSetting =
  /** Needs no network: each prompt's own rule answers. */
  | { provider: "embedded" }
  | { provider: "bedrock"; model: string; prices: Prices }
  /** Any endpoint that speaks OpenAI's protocol: Ollama, vLLM, a gateway. */
  | {
      provider: "openai-compatible";
      url: string;
      model: string;
      prices: Prices;
      secret?: string | undefined;
    };

/** US dollars for a million tokens. */
export interface Prices {
  input: number;
  output: number;
}

export const EMBEDDED: ModelSetting = { provider: "embedded" };

const FORMS =
  '"embedded", "bedrock:<model id>?input=<dollars>&output=<dollars>" or "https://host/v1?model=<name>&input=<dollars>&output=<dollars>", with the prices of a million tokens';

/**
 * Reads a setting as people write it. For an endpoint with a key, `secret` is the ARN of the secret in Secrets Manager
 * that holds it. Throws a TypeError that says which forms there are.
 */
export function parseModel(text = "embedded"): ModelSetting {
  if (text === "embedded") return EMBEDDED;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const prices = url && pricesOf(url.searchParams);
  if (url?.protocol === "bedrock:" && url.pathname && prices) {
    return { provider: "bedrock", model: decodeURIComponent(url.pathname), prices };
  }
  const model = url?.searchParams.get("model");
  if (url && /^https?:$/.test(url.protocol) && model && prices) {
    const secret = url.searchParams.get("secret") ?? undefined;
    const endpoint = `${url.origin}${url.pathname}`;
    return { provider: "openai-compatible", url: endpoint, model, prices, secret };
  }
  throw new TypeError(`The model "${text}" cannot be read. Write ${FORMS}.`);
}

/** What a call cost. */
export function costOf(tokens: { input: number; output: number }, prices: Prices): Usage {
  const usd = (tokens.input * prices.input + tokens.output * prices.output) / 1_000_000;
  return { usd, tokens: tokens.input + tokens.output };
}

export function pricesOfModel(setting: ModelSetting): Prices {
  return setting.provider === "embedded" ? { input: 0, output: 0 } : setting.prices;
}

function pricesOf(parameters: URLSearchParams): Prices | undefined {
  const [input, output] = ["input", "output"].map((name) => Number(parameters.get(name) ?? Number.NaN));
  return input! >= 0 && output! >= 0 ? { input: input!, output: output! } : undefined;
}
