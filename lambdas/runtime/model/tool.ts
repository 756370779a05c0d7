import type { InputOf, OutputOf } from "../../../lib/contract/schema.ts";
import type { ToolSpec } from "../../../lib/contract/tool.ts";
import { describeFindings, validate } from "../validation.ts";
import type { StepContext } from "../work/context.ts";

/** What of a step's context a tool gets. What it calls and has to pay for goes through `spend`. */
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
 * The code of a tool: `tool(searchArticles, ({ query }) => …)`. It reads and answers; what acts on the world belongs into a step,
 * with a claim and an undo. What it throws is the step's failure. What the model should hear of, it answers.
 */
export function tool<Spec extends ToolSpec>(spec: Spec, run: Tool<Spec>["run"]): Tool<Spec> {
  return { spec, run };
}

/** An input that does not fit, as it is returned to the model. */
export class ToolRefusal extends Error {}

/** Runs a tool. Throws a ToolRefusal where the input breaks its contract, and an Error where its code does. */
export async function runTool({ spec, run }: Tool, input: unknown, context: ToolContext): Promise<unknown> {
  const given = await validate(spec.input, input);
  if (!given.valid) throw new ToolRefusal(`The input is not valid: ${describeFindings(given.findings)}.`);
  const answered = await validate(spec.output, await run(given.value, context));
  if (answered.valid) return answered.value;
  throw new Error(
    `The tool "${spec.name}" returned a result that breaks its contract: ${describeFindings(answered.findings)}.`,
  );
}

/** Tools as a rule calls them where no model is between: in tests, and in rehearsals of many calls. */
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
