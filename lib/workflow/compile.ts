import { seconds } from "../contract/duration.ts";
import { nodesOf } from "./arrange.ts";
import type { Workflow } from "./define.ts";
import type { Expression } from "./expression.ts";
import { bind, code, type Frame } from "./frame.ts";
import { type Block, type NodeBase, type Order, readBy } from "./graph.ts";
import { INPUT } from "./iteration.ts";
import { type Exit, leave, readAt } from "./leave.ts";
import { refuseLongHistory, refuseWaits } from "./limits.ts";
import { parallelName, variableName } from "./names.ts";
import { kindOf } from "./nodes/index.ts";
import type { Bindings, Machine } from "./nodes/kind.ts";
import { type Plan, plan } from "./plan.ts";
import type { StateMachine } from "./states.ts";

export type { Bindings } from "./nodes/kind.ts";

/**
 * The state machine of a workflow, as the Amazon States Language has it. Its execution's input is `{ run, event }`.
 * Throws a DefinitionError where the workflow does not fit into one state machine.
 */
export function compile(workflow: Workflow, bindings: Bindings): StateMachine {
  return compilePlan(plan(workflow), bindings);
}

/** The state machine of a plan. */
export function compilePlan(planned: Plan, bindings: Bindings): StateMachine {
  refuseWaits(planned);
  refuseLongHistory(planned);
  const { workflow, on, deadline, block } = planned;
  const frame: Frame = { values: new Map(), iterations: [], crossings: new Map() };
  const machine = compileBlock(block, frame, ending(block.value), { bindings, deadline: seconds(deadline) })!;
  return {
    Comment: `Workflow "${workflow}", started by ${on.map(({ name }) => name).join(" or ")}`,
    QueryLanguage: "JSONata",
    ...machine,
    TimeoutSeconds: seconds(deadline),
  };
}

interface Settings {
  readonly bindings: Bindings;
  /** Seconds. */
  readonly deadline: number;
}

function compileBlock(block: Block, frame: Frame, exit: Exit, settings: Settings): Machine | undefined {
  const nodes = new Map(block.nodes.map((node) => [node.name, node]));
  return block.order && compileOrder(block.order, frame, exit, nodes, settings);
}

type Nodes = ReadonlyMap<string, NodeBase>;

function compileOrder(order: Order, frame: Frame, exit: Exit, nodes: Nodes, settings: Settings): Machine {
  switch (order.kind) {
    case "node": {
      const node = nodes.get(order.node)!;
      const compile = (block: Block, inner: Frame, to: Exit) => compileBlock(block, inner, to, settings);
      return {
        StartAt: node.name,
        States: kindOf(node).compile(node, { frame, exit, ...settings, compile }),
      };
    }
    case "sequence":
      return compileSequence(order.parts, frame, exit, nodes, settings);
    case "parallel":
      return compileParallel(order.parts, frame, exit, nodes, settings);
    case "wait":
      throw new Error(`The wait of "${order.before}" on "${order.on}" was to be refused before.`);
  }
}

/** Each part goes on to the next, and leaves as variables what a later one reads. */
function compileSequence(
  parts: readonly Order[],
  frame: Frame,
  exit: Exit,
  nodes: Nodes,
  settings: Settings,
): Machine {
  const [part, ...later] = parts;
  if (later.length === 0) return compileOrder(part!, frame, exit, nodes, settings);
  const readLater = new Set([
    ...later.flatMap(nodesOf).flatMap((name) => [...readBy(nodes.get(name)!)]),
    ...readAt(exit, frame),
  ]);
  const kept = nodesOf(part!).filter((name) => readLater.has(name));
  const variable = (name: string) => variableName(name, frame.crossings.get(name));
  const onward: Exit = {
    next: startOf(later[0]!),
    assign: Object.fromEntries(kept.map((name) => [variable(name), resultOf(nodes.get(name)!)])),
    output: frame.iterations.length > 0 ? INPUT : undefined,
  };
  const first = compileOrder(part!, frame, onward, nodes, settings);
  const after = kept.reduce((inner, name) => bind(inner, name, code(`$${variable(name)}`)), frame);
  const rest = compileSequence(later, after, exit, nodes, settings);
  return { StartAt: first.StartAt, States: { ...first.States, ...rest.States } };
}

/** Each part is a branch with variables of its own; what is read outside leaves it by the branch's output. */
function compileParallel(
  parts: readonly Order[],
  frame: Frame,
  exit: Exit,
  nodes: Nodes,
  settings: Settings,
): Machine {
  const readOutside = readAt(exit, frame);
  const leaving = parts.map((part) => nodesOf(part).filter((name) => readOutside.has(name)));
  const name = parallelName(parts.map(firstNode));
  const branches = parts.map((part, at) => {
    const names = leaving[at]!;
    // An inner variable may not bear an outer one's name, and what leaves becomes a variable outside too.
    const crossings = new Map([
      ...frame.crossings,
      ...names.map((node) => [node, (frame.crossings.get(node) ?? 0) + 1] as const),
    ]);
    const fields = names.map((node) => [variableName(node), resultOf(nodes.get(node)!)] as const);
    const output: Expression = { kind: "record", fields: Object.fromEntries(fields) };
    return compileOrder(part, { ...frame, crossings }, ending(output), nodes, settings);
  });
  const joined = leaving.reduce(
    (outer, names, at) =>
      names.reduce(
        (inner, node) =>
          bind(inner, node, { kind: "field", of: code(`$states.result[${at}]`), name: variableName(node) }),
        outer,
      ),
    frame,
  );
  return {
    StartAt: name,
    States: { [name]: { Type: "Parallel", Branches: branches, ...leave(exit, joined) } },
  };
}

/** Where a scope ends, with what comes out of it. */
function ending(output: Expression): Exit {
  return {
    next: undefined,
    assign: {},
    output: output.kind === "absent" ? { kind: "record", fields: {} } : output,
  };
}

function resultOf({ name, facts }: NodeBase): Expression {
  return { kind: "read", of: { kind: "result", node: name }, facts };
}

function firstNode(order: Order): string {
  return nodesOf(order)[0]!;
}

/** The name of the state with which a part begins. */
function startOf(order: Order): string {
  switch (order.kind) {
    case "parallel":
      return parallelName(order.parts.map(firstNode));
    case "sequence":
      return startOf(order.parts[0]!);
    default:
      return firstNode(order);
  }
}
