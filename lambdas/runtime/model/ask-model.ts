import { ENVIRONMENT } from "../../../lib/contract/environment.ts";
import { giveUp } from "../../../lib/contract/failure.ts";
import { EMBEDDED, type ModelSetting } from "../../../lib/contract/model.ts";
import { rotatedSecret } from "../aws/secrets.ts";
import type { StepContext } from "../work/context.ts";
import { artifactRecords, noRecords } from "./artifact-records.ts";
import { generate } from "./generate.ts";
import { languageModel } from "./language-model.ts";
import type { AnswerOf, Prompt } from "./prompt.ts";

export interface AskOptions {
  /** How often the model may answer in all, where an answer does not fit the prompt's schema. @default 3 */
  tries?: number;
}

/** What of a step's context asking takes; a reaction's has all of it but `spend`. */
export type AskContext = Pick<
  StepContext,
  "signal" | "log" | "spend" | "artifacts" | "idempotencyKey" | "attempt"
>;

/** A key that was put anew is read after this long. */
const KEY_LASTS = 5 * 60_000;

/**
 * Asks the model of the deployment: `const script = await askModel(writeScriptPrompt, { topic }, context)`. The answer fits
 * the prompt's schema. What it costs is within the run's budget; a step that dies after the call, and is delivered again,
 * takes the same answer. Failures are classed: an overloaded provider is waited for, a wrong setting gives up, a refusal
 * asks a person, all else is tried again by the step's policy and counts for its breaker.
 */
export async function askModel<P extends Prompt>(
  prompt: P,
  input: Parameters<P["ask"]>[0],
  context: AskContext,
  { tries = 3 }: AskOptions = {},
): Promise<AnswerOf<P>> {
  const setting = modelSetting();
  const model = await languageModel(setting, () => prompt.byRule(input), apiKey);
  const records = setting.provider === "embedded" ? noRecords() : artifactRecords(context);
  return await generate(prompt, input, context, { setting, model, records, tries });
}

function modelSetting(): ModelSetting {
  const text = process.env[ENVIRONMENT.model];
  return text ? (JSON.parse(text) as ModelSetting) : EMBEDDED;
}

async function apiKey(secret: string): Promise<string> {
  const [key] = await rotatedSecret(secret).valid(KEY_LASTS);
  if (key === undefined) throw giveUp(`The secret ${secret} holds no key for the model's endpoint. Put one.`);
  return key;
}
