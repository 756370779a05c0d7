import { DefinitionError } from "./definition-error.ts";
import type { Schema } from "./schema.ts";

/**
 * A tool: what a model may call while it works on its answer. Its code is passed when the model is called.
 */
export interface ToolSpec<
  Name extends string = string,
  Input extends Schema = Schema,
  Output extends Schema = Schema,
> {
  readonly name: Name;
  /** For the model: what it does, and when to call it. */
  readonly description: string;
  /** What the model passes. An invalid input is returned to the model with the errors. */
  readonly input: Input;
  /** What the tool's code returns. An invalid result is a failure of the step. */
  readonly output: Output;
}

/** The names that the models of all providers accept. */
const NAME = /^[a-z][a-z0-9-]{0,47}$/;

/** Declares a tool. Throws a DefinitionError if its name is not valid, or it has no description. */
export function defineTool<const Name extends string, Input extends Schema, Output extends Schema>(
  name: Name,
  spec: Omit<ToolSpec<Name, Input, Output>, "name">,
): ToolSpec<Name, Input, Output> {
  if (!NAME.test(name))
    throw new DefinitionError(
      `The tool name "${name}" must have up to 48 lower-case letters, digits and dashes, and begin with a letter.`,
    );
  if (spec.description.trim() === "")
    throw new DefinitionError(
      `Tool "${name}" has no description. Describe what it does, so that a model can choose it.`,
    );
  return { name, ...spec };
}
