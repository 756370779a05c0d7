import { minimumCut } from "./cut.ts";
import { canonicalOrder, closure, components, type Order, type Precedence, reduction } from "./graph.ts";

/**
 * Turns a graph into nested sequences and parallels that order nothing which the graph does not order.
 *
 * A group of nodes without a link between its parts runs in parallel. A group whose parts each precede the next as a
 * whole runs in sequence. A group that is neither, as in
 *
 *     a ──▶ c
 *       ╲         is cut in two where the fewest precedences cross; the halves run in parallel, and
 *     b ──▶ d     the target of each that crosses waits for its source.
 *
 * `carried` are the precedences by which a value travels: one that the order makes redundant still needs a wait where
 * the value has to get into another branch.
 */
export function arrange(direct: Precedence, carried: Precedence): Order | undefined {
  const closed = closure(direct);
  const nodes = canonicalOrder(closed);
  if (nodes.length === 0) return undefined;
  const needed = reduction(closed);
  const precedes = (a: string, b: string) => closed.get(b)!.has(a);
  const comparable = (a: string, b: string) => precedes(a, b) || precedes(b, a);
  const waits = new Map<string, Set<string>>(nodes.map((node) => [node, new Set()]));

  const split = (group: readonly string[]): Split => {
    if (group.length === 1) return { kind: "node", node: group[0]! };
    const apart = components(group, comparable);
    if (apart.length > 1) return { kind: "parallel", parts: apart.map(split) };
    const stages = components(group, (a, b) => !comparable(a, b));
    if (stages.length > 1) {
      return { kind: "sequence", parts: stages.sort(([a], [b]) => (precedes(a!, b!) ? -1 : 1)).map(split) };
    }
    const halves = minimumCut(group, (a, b) => Number(needed.get(b)!.has(a) || needed.get(a)!.has(b)));
    for (const [half, other] of [halves, halves.toReversed()] as [string[], string[]][]) {
      for (const node of half) {
        const crossing = other.filter(
          (source) => needed.get(node)!.has(source) || carried.get(node)?.has(source),
        );
        for (const source of crossing) waits.get(node)!.add(source);
      }
    }
    return { kind: "parallel", parts: halves.map(split) };
  };

  return withWaits(split(nodes), waits);
}

type Split = Exclude<Order, { kind: "wait" }>;

/** Puts each node's waits in front of it. */
function withWaits(order: Order, waits: Precedence): Order {
  switch (order.kind) {
    case "node": {
      const before = [...(waits.get(order.node) ?? [])].sort();
      if (before.length === 0) return order;
      return {
        kind: "sequence",
        parts: [...before.map((on) => ({ kind: "wait" as const, on, before: order.node })), order],
      };
    }
    case "wait":
      return order;
    default:
      return flatten({ ...order, parts: order.parts.map((part) => withWaits(part, waits)) });
  }
}

/** A sequence within a sequence is one sequence, and so for parallels. */
function flatten(order: Extract<Order, { parts: unknown }>): Order {
  return { ...order, parts: order.parts.flatMap((part) => (part.kind === order.kind ? part.parts : [part])) };
}

/** The nodes of an order, in the order of reading. */
export function nodesOf(order: Order): string[] {
  switch (order.kind) {
    case "node":
      return [order.node];
    case "wait":
      return [];
    default:
      return order.parts.flatMap(nodesOf);
  }
}

/** The waits of an order. */
export function waitsOf(order: Order): Extract<Order, { kind: "wait" }>[] {
  if (order.kind === "wait") return [order];
  return order.kind === "node" ? [] : order.parts.flatMap(waitsOf);
}
