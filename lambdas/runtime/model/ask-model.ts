import { ENVIRONMENT } from "../../../lib/contract/environment.ts";
import { giveUp } from "../../../lib/contract/failure.ts";
import { EMBEDDED, type ModelSetting } from "../../../lib/contract/model.ts";
import { progressFile } from "../../../lib/contract/model-progress.ts";
import type { StepContext } from "../work/context.ts";
import { apiKey } from "./api-key.ts";
import { artifactRecords, noRecords } from "./artifact-records.ts";
import type { ToolUse } from "./call-tools.ts";
import { generate } from "./generate.ts";
import { languageModel } from "./language-model.ts";
import { progressWriter } from "./progress.ts";
import type { AnswerOf, Prompt } from "./prompt.ts";
import { callTelemetry } from "./telemetry.ts";
import type { Tool } from "./tool.ts";

export interface AskOptions {
  /** Maximum number of answers, if an answer does not match the prompt's schema. @default 3 */
  tries?: number;
  /**
   * The tools that the model may call before it answers; each is named in the step's or reaction's `tools`.
   * @default none
   */
  tools?: readonly Tool[];
  /** Maximum number of tool calls in total. @default 8 */
  toolCalls?: number;
  /**
   * Whether people can read the answer while the model writes it, in the console and by the API: a write to
   * the run's files per second at most. @default false
   */
  stream?: boolean;
  /** Called with each tool call and its result, in addition to the step's log. */
  onToolUse?: (use: ToolUse) => void;
}

/** The parts of the context of a step or a reaction that a request uses. */
export type AskContext = Pick<
  StepContext,
  "signal" | "log" | "spend" | "artifacts" | "idempotencyKey" | "attempt"
> &
  Partial<Pick<StepContext, "traceparent">>;

/**
 * Asks the model of the deployment: `const script = await askModel(writeScriptPrompt, { topic }, context)`.
 * The answer matches the prompt's schema. Its cost counts towards the run's budget; if the worker dies after
 * the call, the next delivery reuses the answer. Failures are classified: an overloaded provider is waited
 * for, a wrong setting gives up, a refusal asks a person, and any other failure is retried by the step's
 * policy and counts for its breaker.
 */
export async function askModel<P extends Prompt>(
  prompt: P,
  input: Parameters<P["ask"]>[0],
  context: AskContext,
  { tries = 3, tools = [], toolCalls = 8, stream = false, onToolUse: report = () => {} }: AskOptions = {},
): Promise<AnswerOf<P>> {
  refuseUndeclared(tools);
  const setting = modelSetting();
  const model = await languageModel(setting, (use) => prompt.byRule(input, use), apiKey);
  const records = setting.provider === "embedded" ? noRecords() : artifactRecords(context);
  const telemetry = callTelemetry(context, setting);
  const { ended } = telemetry;
  const isStreamed = stream && setting.provider !== "embedded";
  const progress = isStreamed ? fileProgress(context) : undefined;
  const publish = progress?.publish;
  const generation = { setting, model, records, tries, tools, toolCalls, report, publish, ended };
  try {
    return await generate(prompt, input, context, generation);
  } finally {
    progress?.end();
    await telemetry.sent();
  }
}

function fileProgress({ artifacts, idempotencyKey, attempt, log }: AskContext) {
  const file = progressFile(idempotencyKey);
  return progressWriter(
    attempt,
    (progress) => artifacts.put(file, JSON.stringify(progress), "application/json"),
    (error) => log.warn("What the model writes cannot be published.", { error: error as Error }),
  );
}

function modelSetting(): ModelSetting {
  const text = process.env[ENVIRONMENT.model];
  return text ? (JSON.parse(text) as ModelSetting) : EMBEDDED;
}

/**
 * A tool that is not declared got no permissions when the function was deployed, and is not visible in the
 * definition.
 */
function refuseUndeclared(tools: readonly Tool[]): void {
  const declared = process.env[ENVIRONMENT.tools]?.split(",") ?? [];
  const undeclared = tools.find(({ spec }) => !declared.includes(spec.name));
  if (!undeclared) return;
  const { name } = undeclared.spec;
  throw giveUp(`The tool "${name}" is not declared. Add it to "tools" of the step or reaction, and deploy.`, {
    name: "UndeclaredTool",
  });
}
