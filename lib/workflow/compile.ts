import { seconds } from "../contract/duration.ts";
import { aboutWorkflow } from "./about-workflow.ts";
import type { Bindings } from "./bindings.ts";
import { listenFirst } from "./cancel.ts";
import { compileSignal, compileWait } from "./crossing.ts";
import { type Exit, ending } from "./exit.ts";
import { type Frame, ROOT_FRAME } from "./frame.ts";
import type { Block, Nodes, Order } from "./graph.ts";
import { compileGroup } from "./groups/group.ts";
import { eventsIn, refuseLongHistory } from "./limits.ts";
import { mergePasses } from "./merge-passes.ts";
import { kindOf } from "./nodes/index.ts";
import { compileParallel } from "./parallel.ts";
import { type Plan, plan } from "./plan.ts";
import type { CompilePart, Position } from "./position.ts";
import { readsOf } from "./reads.ts";
import { compileSequence } from "./sequence.ts";
import type { Machine, StateMachine } from "./states.ts";
import { byName, stepsNamed } from "./traverse.ts";
import type { Workflow } from "./workflow.ts";

/**
 * The state machine of a workflow, in the Amazon States Language. Its execution's input is `{ run, event }`.
 * Throws a DefinitionError if the workflow does not fit into one state machine.
 */
export function compile(workflow: Workflow, bindings: Bindings): StateMachine {
  const planned = plan(workflow);
  return aboutWorkflow(workflow, () => compilePlan(planned, bindings));
}

/** The state machine of a plan. */
export function compilePlan(planned: Plan, bindings: Bindings): StateMachine {
  refuseLongHistory(planned);
  const { workflow, on, deadline, cancelOn, block } = planned;
  const settings = { bindings, deadline: seconds(deadline), ...readsOf(block) };
  const machine = compileBlock(block, ROOT_FRAME, ending(block.value), settings)!;
  return {
    Comment: `Workflow "${workflow}", started by ${on.map(({ name }) => name).join(" or ")}`,
    QueryLanguage: "JSONata",
    ...mergePasses(listenFirst(cancelOn, machine, ROOT_FRAME, bindings)),
    TimeoutSeconds: seconds(deadline),
  };
}

type Settings = Pick<Position, "bindings" | "deadline" | "readsOf" | "keepsOf">;

function compileBlock(
  { nodes, order }: Block,
  frame: Frame,
  exit: Exit,
  settings: Settings,
): Machine | undefined {
  return order && compileOrder(order, byName(nodes), frame, exit, settings);
}

function compileOrder(order: Order, nodes: Nodes, frame: Frame, exit: Exit, settings: Settings): Machine {
  const position: Position = {
    frame,
    exit,
    ...settings,
    events: eventsIn,
    compile: (block, inner, to) => compileBlock(block, inner, to, settings),
  };
  const compilePart: CompilePart = (part, inner, to) => compileOrder(part, nodes, inner, to, settings);
  switch (order.kind) {
    case "node": {
      const node = nodes.get(order.node)!;
      return { StartAt: node.name, States: kindOf(node).compile(node, position) };
    }
    case "group":
      return compileGroup(stepsNamed(order.nodes, nodes), order.graph?.after, position);
    case "sequence":
      return compileSequence(order.parts, nodes, frame, exit, compilePart);
    case "parallel":
      return compileParallel(order.parts, nodes, frame, exit, compilePart);
    case "wait":
      return compileWait(order, position);
    case "signal":
      return compileSignal(order, nodes.get(order.of)!, position);
  }
}
