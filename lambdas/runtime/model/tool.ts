import type { InputOf, OutputOf } from "../../../lib/contract/schema.ts";
import type { ToolSpec } from "../../../lib/contract/tool.ts";
import { describeFindings, validate } from "../events/validation.ts";
import type { StepContext } from "../work/context.ts";

/** The parts of a step's context that a tool receives. Paid calls of a tool use `spend`. */
export type ToolContext = Pick<StepContext, "signal" | "log" | "spend">;

/** A declared tool with its code. */
export interface Tool<Spec extends ToolSpec = ToolSpec> {
  readonly spec: Spec;
  run(
    input: OutputOf<Spec["input"]>,
    context: ToolContext,
  ): InputOf<Spec["output"]> | Promise<InputOf<Spec["output"]>>;
}

/** Calls a tool: how a prompt's rule does what a model does. */
export type UseTool = <Spec extends ToolSpec>(
  tool: Spec,
  input: InputOf<Spec["input"]>,
) => Promise<OutputOf<Spec["output"]>>;

/**
 * The code of a tool: `tool(searchArticles, ({ query }) => …)`. A tool reads and returns data; an action with
 * side effects belongs in a step, with a claim and an undo. An error that it throws is the step's failure. To
 * report a problem to the model, return it.
 */
export function tool<Spec extends ToolSpec>(spec: Spec, run: Tool<Spec>["run"]): Tool<Spec> {
  return { spec, run };
}

/** An invalid input, as it is returned to the model. */
export class ToolRefusal extends Error {}

/** Runs a tool. Throws a ToolRefusal if the input breaks its contract, and an Error if its result does. */
export async function runTool({ spec, run }: Tool, input: unknown, context: ToolContext): Promise<unknown> {
  const given = await validate(spec.input, input);
  if (!given.valid) throw new ToolRefusal(`The input is not valid: ${describeFindings(given.findings)}.`);
  const answered = await validate(spec.output, await run(given.value, context));
  if (answered.valid) return answered.value;
  throw new Error(
    `The tool "${spec.name}" returned a result that breaks its contract: ${describeFindings(answered.findings)}.`,
  );
}

/** Tools as a rule calls them without a model: in tests, and in simulations of many calls. */
export function directly(tools: readonly Tool[], context: ToolContext): UseTool {
  return async ({ name }, input) => {
    const found = tools.find(({ spec }) => spec.name === name);
    if (!found) throw new Error(`The tool "${name}" is not available. Available: ${namesOf(tools)}.`);
    return (await runTool(found, input, context)) as never;
  };
}

export function namesOf(tools: readonly Tool[]): string {
  return tools.map(({ spec }) => spec.name).join(", ") || "none";
}
