import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelMessage } from "ai";
import { ask } from "../../../lib/contract/failure.ts";
import { costOf, type ModelSetting, pricesOfModel } from "../../../lib/contract/model.ts";
import { modelName } from "../../../lib/contract/model-place.ts";
import { describeFindings, type Validated, validate } from "../events/validation.ts";
import type { StepContext } from "../work/context.ts";
import { answerOf, type RawAnswer } from "./answer.ts";
import type { ModelCall } from "./call-spans.ts";
import { callTools, type ToolUse } from "./call-tools.ts";
import { classify } from "./failures.ts";
import type { Written } from "./progress.ts";
import type { AnswerOf, Prompt } from "./prompt.ts";
import { type Records, recorded } from "./records.ts";
import { tokensIn } from "./tokens.ts";
import type { Tool } from "./tool.ts";

/** The parts of a step's context that a call of a model needs. */
export type ModelContext = Pick<StepContext, "signal" | "log" | "spend">;

export interface Generation {
  setting: ModelSetting;
  model: LanguageModelV4;
  /** The earlier answers of this attempt of the step. */
  records: Records;
  /** Maximum number of answers, if an answer is invalid. */
  tries: number;
  /** The tools that it may call before it answers. */
  tools: readonly Tool[];
  /** Maximum number of tool calls in total. */
  toolCalls: number;
  report: (use: ToolUse) => void;
  /** Called with the text of a running call, as it grows. @default not published */
  publish?: ((written: Written) => void) | undefined;
  /** Called after each call of the model. */
  ended?: ((call: ModelCall) => void) | undefined;
}

/** Progress is logged after this number of further characters. */
const PROGRESS = 2_000;

/**
 * Asks a prompt, and returns an answer that matches its schema. An invalid answer is returned to the model
 * with its errors, a limited number of times; each call reserves its cost within the run's budget first.
 * Throws failures that say what happens next: wait, give up, ask a person, or retry. Tool calls of the model
 * are made in between, a limited number of times.
 */
export async function generate<P extends Prompt>(
  prompt: P,
  input: Parameters<P["ask"]>[0],
  context: ModelContext,
  generation: Generation,
): Promise<AnswerOf<P>> {
  const { setting, records, tries, tools, toolCalls, report } = generation;
  const messages: ModelMessage[] = [{ role: "user", content: prompt.ask(input) }];
  let wrong = "";
  let left = toolCalls;
  const used = { input: 0, output: 0 };
  for (let answers = 1; answers <= tries; ) {
    const asked = { instructions: prompt.instructions, messages, model: modelName(setting) };
    const raw = await recorded(records, { name: prompt.name, asked }, (record) =>
      paid({ prompt, messages, mayCall: left > 0, record, used }, context, generation),
    );
    used.input += raw.tokens.input;
    used.output += raw.tokens.output;
    if (raw.ended === "content-filter")
      throw ask(`The model refused to answer "${prompt.name}". Check the prompt.`, {
        name: "ModelDeclined",
      });
    if (raw.calls.length > 0) {
      messages.push(...(await callTools(raw, { tools, records, left, context, report })));
      left -= raw.calls.length;
      continue;
    }
    const checked = await check(raw, prompt);
    if (checked.valid) return checked.value;
    wrong = describeFindings(checked.findings);
    context.log.warn("The model's answer is not valid.", { prompt: prompt.name, answers, wrong });
    answers++;
    messages.push(
      { role: "assistant", content: raw.text },
      { role: "user", content: `Your answer is not valid: ${wrong}. Answer again, with the whole JSON.` },
    );
  }
  throw new Error(`The model answered "${prompt.name}" ${tries} times without a valid answer: ${wrong}`);
}

interface Question {
  prompt: Prompt;
  messages: ModelMessage[];
  mayCall: boolean;
  /** Where the question and the answer are stored. */
  record: string | undefined;
  /** Tokens of the earlier calls of this attempt. */
  used: RawAnswer["tokens"];
}

/** A call within the run's budget: the estimate assumes the longest answer. */
async function paid(
  { prompt, messages, mayCall, record, used }: Question,
  { signal, log, spend }: ModelContext,
  { setting, model, tools, publish, ended = () => {} }: Generation,
): Promise<RawAnswer> {
  const prices = pricesOfModel(setting);
  const asked = tokensIn(prompt.instructions) + tokensIn(JSON.stringify(messages));
  const startedAt = new Date().toISOString();
  let reported = 0;
  const progress = (text: string) => {
    const characters = text.length;
    const tokens = { input: used.input + asked, output: used.output + tokensIn(text) };
    const about = { prompt: prompt.name, model: modelName(setting), startedAt };
    publish?.({ ...about, text, characters, tokens, usd: costOf(tokens, prices).usd });
    if (characters - reported < PROGRESS) return;
    reported = characters;
    log.info("The model is answering.", { prompt: prompt.name, characters });
  };
  return await spend(costOf({ input: asked, output: prompt.outputTokens }, prices), async () => {
    const call = { prompt: prompt.name, from: Date.now() };
    try {
      const value = await answerOf({ model, prompt, messages, tools, mayCall, signal, progress });
      const actual = costOf(value.tokens, prices);
      const to = Date.now();
      ended({ ...call, to, tokens: value.tokens });
      log.info("The model has answered.", {
        call: "model",
        prompt: prompt.name,
        model: modelName(setting),
        ...value.tokens,
        usd: actual.usd,
        milliseconds: to - call.from,
        record,
      });
      return { value, actual };
    } catch (error) {
      const { name, message } = error as Error;
      const to = Date.now();
      ended({ ...call, to, failure: { name, message } });
      log.warn("A call of the model has failed.", {
        call: "model",
        prompt: prompt.name,
        model: modelName(setting),
        failed: `${name}: ${message}`,
        milliseconds: to - call.from,
      });
      throw classify(error, modelName(setting));
    }
  });
}

async function check<P extends Prompt>(
  { text, ended }: RawAnswer,
  { answer }: P,
): Promise<Validated<AnswerOf<P>>> {
  try {
    return (await validate(answer, JSON.parse(text))) as Validated<AnswerOf<P>>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = ended === "length" ? "it is too long and incomplete" : "it is not JSON";
    return { valid: false, findings: [{ path: "", message }] };
  }
}
