import { seconds } from "../contract/duration.ts";
import { nodesOf } from "./arrange.ts";
import type { Workflow } from "./define.ts";
import { type Expression, resultsIn } from "./expression.ts";
import { type Block, type NodeBase, nodesIn, type Order, readBy } from "./graph.ts";
import { bind, code, type Frame } from "./jsonata.ts";
import { type Exit, INPUT, leave } from "./leave.ts";
import { refuseLongHistory, refuseWaits } from "./limits.ts";
import { kindOf } from "./nodes/index.ts";
import type { Bindings, Machine } from "./nodes/kind.ts";
import { type Plan, plan } from "./plan.ts";
import type { StateMachine, States } from "./states.ts";
import { nameParallel, nameVariable } from "./names.ts";

export type { Bindings } from "./nodes/kind.ts";

/**
 * The state machine of a workflow, as the Amazon States Language has it. Its execution's input is `{ run, event }`.
 * Throws a DefinitionError where the workflow does not fit into one state machine.
 */
export function compile(workflow: Workflow, bindings: Bindings): StateMachine {
  return compilePlan(plan(workflow), bindings);
}

export function compilePlan(planned: Plan, bindings: Bindings): StateMachine {
  refuseWaits(planned);
  refuseLongHistory(planned);
  const { workflow, on, deadline, block } = planned;
  const compiler = new Compiler(block, bindings, seconds(deadline));
  const { StartAt, States } = compiler.block(block, { values: new Map(), iterations: [] }, ending(block.value))!;
  return {
    Comment: `Workflow "${workflow}", started by ${on.map(({ name }) => name).join(" or ")}`,
    QueryLanguage: "JSONata",
    StartAt,
    States,
    TimeoutSeconds: seconds(deadline),
  };
}

const NOTHING: Expression = { kind: "record", fields: {} };

/** Where a scope ends, with what comes out of it. */
function ending(output: Expression): Exit {
  return { next: undefined, assign: {}, output: output.kind === "absent" ? NOTHING : output };
}
