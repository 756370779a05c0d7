import type { InputOf, OutputOf, Schema } from "../../../lib/contract/schema.ts";
import type { UseTool } from "./tool.ts";

/**
 * What a model is asked, in a file beside its step. It says nothing of the model, which is a setting of the deployment;
 * `byRule` is what the embedded model answers, so that everything runs without a network.
 */
export interface Prompt<Input = any, Answer extends Schema = Schema> {
  /** As logs and records name it. */
  readonly name: string;
  /** What the model is, and how it shall answer. */
  readonly instructions: string;
  /** What it is asked about an input. */
  readonly ask: (input: Input) => string;
  readonly answer: Answer;
  /** The longest answer. A call's cost is estimated by it. */
  readonly outputTokens: number;
  /** 0 answers the same again, as far as the model can. @default the model's own */
  readonly temperature?: number | undefined;
  /** The same by rule: real work on the same input, and always the same for the same input. It may call the tools. */
  readonly byRule: (input: Input, use: UseTool) => InputOf<Answer> | Promise<InputOf<Answer>>;
}

/** Declares a prompt. Throws a TypeError where it leaves a model no room to answer. */
export function definePrompt<Input, Answer extends Schema>(
  name: string,
  prompt: Omit<Prompt<Input, Answer>, "name">,
): Prompt<Input, Answer> {
  if (!Number.isInteger(prompt.outputTokens) || prompt.outputTokens < 1)
    throw new TypeError(
      `Prompt "${name}": outputTokens is ${prompt.outputTokens}; it must be a whole number of 1 or more.`,
    );
  return { name, ...prompt };
}

/** What asking a prompt answers. */
export type AnswerOf<P extends Prompt> = OutputOf<P["answer"]>;
