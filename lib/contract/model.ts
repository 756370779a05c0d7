import type { Usage } from "./budget.ts";
import { DefinitionError } from "./definition-error.ts";
import { amountOf, type ModelPlace, readPlace } from "./model-place.ts";

type Remote = Exclude<ModelPlace, { provider: "embedded" }>;

/** The language model that steps call. It is a setting of the deployment: prompts do not name one. */
export type ModelSetting = { provider: "embedded" } | (Remote & { prices: Prices });

/** US dollars per million tokens. */
export interface Prices {
  input: number;
  output: number;
}

export const EMBEDDED: ModelSetting = { provider: "embedded" };

const FORMS =
  '"embedded", "bedrock:<model id>?input=<dollars>&output=<dollars>" or "https://host/v1?model=<name>&input=<dollars>&output=<dollars>", with the prices of a million tokens';

/**
 * Parses a setting. For an endpoint with a key, `secret` is the ARN of the secret in Secrets Manager that
 * holds it. Throws a DefinitionError that lists the valid forms.
 */
export function parseModel(text = "embedded"): ModelSetting {
  if (text === "embedded") return EMBEDDED;
  const read = readPlace(text);
  const prices = read && pricesOf(read.parameters);
  if (read && prices) return { ...read.place, prices };
  throw new DefinitionError(`The model "${text}" cannot be parsed. Use ${FORMS}.`);
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
  const [input, output] = [amountOf(parameters, "input"), amountOf(parameters, "output")];
  return input === undefined || output === undefined ? undefined : { input, output };
}
