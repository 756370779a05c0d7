import { minimumCut } from "./cut.ts";
import type { Order } from "./graph.ts";
import { canonicalOrder, closure, components, type Precedence, reduction } from "./precedence.ts";

/**
 * Turns a graph into nested sequences and parallels that add no order to the graph's.
 *
 * A group of nodes without a link between its parts runs in parallel. A group whose parts each precede the
 * next as a whole runs in sequence. A group that is neither, as in
 *
 *     a ──▶ c
 *       ╲         is cut in two where the fewest precedences cross; the halves run in parallel, and
 *     b ──▶ d     the target of each that crosses waits for its source.
 *
 * `carried` are the precedences that pass a value: one that the order makes redundant still needs a wait if
 * the value has to reach another branch, unless an earlier wait has passed it already.
 */
export function arrange(direct: Precedence, carried: Precedence): Order | undefined {
  const closed = closure(direct);
  const nodes = canonicalOrder(closed);
  if (nodes.length === 0) return undefined;
  const needed = reduction(closed);
  const precedes = (a: string, b: string) => closed.get(b)!.has(a);
  const comparable = (a: string, b: string) => precedes(a, b) || precedes(b, a);
  const waits = new Map<string, Set<string>>(nodes.map((node) => [node, new Set()]));
  const crossing = new Set<string>();

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
        for (const source of other) {
          const carries = carried.get(node)?.has(source) ?? false;
          if (carries) crossing.add(source);
          if (carries || needed.get(node)!.has(source)) waits.get(node)!.add(source);
        }
      }
    }
    return { kind: "parallel", parts: halves.map(split) };
  };

  return withWaits(split(nodes), waits, crossing);
}

type Split =
  | Extract<Order, { kind: "node" }>
  | { readonly kind: "sequence" | "parallel"; readonly parts: readonly Split[] };

/** Inserts each node's waits before it, and after it the signal that others wait for. */
function withWaits(split: Split, waits: Precedence, crossing: ReadonlySet<string>): Order {
  const signalled = new Set([...waits.values()].flatMap((sources) => [...sources]));

  /** `met` are the nodes that something earlier in the same branch has waited for. */
  const place = (part: Split, met: ReadonlySet<string>): Order => {
    switch (part.kind) {
      case "node": {
        const { node } = part;
        const before = [...waits.get(node)!].filter((on) => !met.has(on)).sort();
        return joined("sequence", [
          ...before.map((on) => ({ kind: "wait" as const, on, before: node })),
          part,
          ...(signalled.has(node)
            ? [{ kind: "signal" as const, of: node, carries: crossing.has(node) }]
            : []),
        ]);
      }
      case "parallel":
        return joined(
          "parallel",
          part.parts.map((inner) => place(inner, met)),
        );
      case "sequence": {
        const placed: Order[] = [];
        for (const inner of part.parts)
          placed.push(place(inner, new Set([...met, ...placed.flatMap(metBy)])));
        return joined("sequence", placed);
      }
    }
  };
  return place(split, new Set());
}

/** What a part has waited for when it ends, in its own branch. */
function metBy(order: Order): string[] {
  if (order.kind === "wait") return [order.on];
  return order.kind === "sequence" ? order.parts.flatMap(metBy) : [];
}

/** A sequence within a sequence is one sequence, and the same for parallels; a single part is neither. */
function joined(kind: "sequence" | "parallel", parts: readonly Order[]): Order {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  return flat.length === 1 ? flat[0]! : { kind, parts: flat };
}

/** The nodes of an order, in reading order. */
export function nodesOf(order: Order): string[] {
  switch (order.kind) {
    case "node":
      return [order.node];
    case "group":
      return [...order.nodes];
    case "wait":
    case "signal":
      return [];
    default:
      return order.parts.flatMap(nodesOf);
  }
}

/** An order and all its parts. */
export function* walkOrder(order: Order): Generator<Order> {
  yield order;
  if ("parts" in order) for (const part of order.parts) yield* walkOrder(part);
}

/** The waits of an order. */
export function waitsOf(order: Order): Extract<Order, { kind: "wait" }>[] {
  return [...walkOrder(order)].filter((part) => part.kind === "wait");
}
