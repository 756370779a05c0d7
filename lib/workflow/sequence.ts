import { nodesOf } from "./arrange.ts";
import { type Exit, readAt } from "./exit.ts";
import { bind, type Frame, variable } from "./frame.ts";
import type { Nodes, Order } from "./graph.ts";
import { passedOn } from "./iteration.ts";
import { groupName, parallelName, signalName, variableName, waitName, waitVariable } from "./names.ts";
import type { CompilePart } from "./position.ts";
import type { Machine } from "./states.ts";
import { readBy, resultOf } from "./traverse.ts";

/** Each part continues with the next, and assigns variables that a later one reads. */
export function compileSequence(
  [part, ...later]: readonly Order[],
  nodes: Nodes,
  frame: Frame,
  exit: Exit,
  compile: CompilePart,
): Machine {
  if (later.length === 0) return compile(part!, frame, exit);
  const readLater = new Set([...later.flatMap((order) => readByOrder(order, nodes)), ...readAt(exit, frame)]);
  const variables = variablesOf(part!, frame).filter(({ node }) => readLater.has(node));
  const onward: Exit = {
    next: startOf(later[0]!),
    assign: Object.fromEntries(variables.map(({ node, name }) => [name, resultOf(nodes.get(node)!)])),
    output: passedOn(frame),
  };
  const first = compile(part!, frame, onward);
  const after = variables.reduce((inner, { node, name }) => bind(inner, node, variable(name)), frame);
  const rest = compileSequence(later, nodes, after, exit, compile);
  return { StartAt: first.StartAt, States: { ...first.States, ...rest.States } };
}

/** The nodes whose results a part provides, and the variables that contain them. */
function variablesOf(part: Order, { crossings }: Frame): { node: string; name: string }[] {
  if (part.kind === "wait") return [{ node: part.on, name: waitVariable(part.on, part.before) }];
  return nodesOf(part).map((node) => ({ node, name: variableName(node, crossings.get(node)) }));
}

/** The nodes whose results a part of the order reads. */
function readByOrder(order: Order, nodes: Nodes): string[] {
  switch (order.kind) {
    case "node":
      return [...readBy(nodes.get(order.node)!)];
    case "group":
      return order.nodes.flatMap((node) => [...readBy(nodes.get(node)!)]);
    case "signal":
      return order.carries ? [order.of] : [];
    case "wait":
      return [];
    default:
      return order.parts.flatMap((part) => readByOrder(part, nodes));
  }
}

/** The name of a part's first state. */
function startOf(order: Order): string {
  switch (order.kind) {
    case "node":
      return order.node;
    case "group":
      return groupName(order.nodes);
    case "signal":
      return signalName(order.of);
    case "wait":
      return waitName(order.on, order.before);
    case "sequence":
      return startOf(order.parts[0]!);
    case "parallel":
      return parallelName(order.parts);
  }
}
