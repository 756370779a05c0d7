import type { InputOf, OutputOf, Schema } from "../../../lib/contract/schema.ts";
import { isWhole } from "../../../lib/contract/whole-number.ts";
import type { UseTool } from "./tool.ts";

/**
 * A prompt for a model, in a file next to its step. It does not name the model, which is a setting of the
 * deployment; `byRule` answers for the embedded model, so that everything runs without a network.
 */
export interface Prompt<Input = any, Answer extends Schema = Schema> {
  /** The name in logs and records. */
  readonly name: string;
  /** The model's role, and how it should answer. */
  readonly instructions: string;
  /** The question about an input. */
  readonly ask: (input: Input) => string;
  readonly answer: Answer;
  /** The longest answer. The estimate of a call's cost is based on it. */
  readonly outputTokens: number;
  /** 0 gives the same answer again, if the model supports it. @default the model's own */
  readonly temperature?: number | undefined;
  /**
   * Answers by rule: real work on the same input, and always the same for the same input. It may call the
   * tools.
   */
  readonly byRule: (input: Input, use: UseTool) => InputOf<Answer> | Promise<InputOf<Answer>>;
}

/** Declares a prompt. Throws a TypeError if it allows the model no output. */
export function definePrompt<Input, Answer extends Schema>(
  name: string,
  prompt: Omit<Prompt<Input, Answer>, "name">,
): Prompt<Input, Answer> {
  if (!isWhole(prompt.outputTokens, 1))
    throw new TypeError(
      `Prompt "${name}": outputTokens is ${prompt.outputTokens}; it must be a whole number of 1 or more.`,
    );
  return { name, ...prompt };
}

/** The type of a prompt's answer. */
export type AnswerOf<P extends Prompt> = OutputOf<P["answer"]>;
