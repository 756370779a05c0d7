import { waitsOf, walkOrder } from "../arrange.ts";
import type { GroupOrder, Nodes, Order } from "../graph.ts";
import { canonicalOrder, type Precedence, precedenceAmong, precedenceOf, reduction } from "../precedence.ts";
import { stepsNamed } from "../traverse.ts";
import { whyApart } from "./why-apart.ts";

interface Scope {
  readonly nodes: Nodes;
  readonly precedence: Precedence;
  /** The waits of the whole block. */
  readonly waits: ReturnType<typeof waitsOf>;
}

/**
 * Combines neighbouring steps of a pool into groups: each group is one state, one message and one invocation.
 * Neighbours directly follow one another, or run at the same time. `whyApart` says what separates them.
 */
export function fuse(order: Order, nodes: Nodes): Order {
  return fusePart(order, { nodes, precedence: precedenceOf(nodes), waits: waitsOf(order) });
}

function fusePart(order: Order, scope: Scope): Order {
  switch (order.kind) {
    case "sequence":
      return fuseParts("sequence", order.parts, scope, (buckets) => buckets.slice(-1));
    case "parallel": {
      const whole = groupOf(order, scope);
      return whole ?? fuseParts("parallel", order.parts, scope, (buckets) => buckets);
    }
    default:
      return order;
  }
}

/** Joins each part to a group, if there is one that it may join. */
function fuseParts(
  kind: "sequence" | "parallel",
  parts: readonly Order[],
  scope: Scope,
  neighboursIn: (buckets: Order[][]) => Order[][],
): Order {
  const buckets: Order[][] = [];
  const together = (bucket: readonly Order[]) =>
    bucket.length === 1 ? bucket[0]! : groupOf({ kind, parts: bucket.map(arrangedOf) }, scope);
  for (const part of parts) {
    const fused = fusePart(part, scope);
    const joined = neighboursIn(buckets).find((bucket) => together([...bucket, fused]));
    if (joined) joined.push(fused);
    else buckets.push([fused]);
  }
  const made = buckets.map((bucket) => together(bucket)!);
  return made.length === 1 ? made[0]! : { kind, parts: made };
}

/** The nodes of a group as they were arranged. */
export function arrangedOf(order: Order): Order {
  if (order.kind !== "group") return order;
  return (
    order.graph?.order ?? { kind: "sequence", parts: order.nodes.map((node) => ({ kind: "node", node })) }
  );
}

/** A part of an order as one group; undefined if it cannot be one. */
function groupOf(part: Order, { nodes, precedence, waits }: Scope): GroupOrder | undefined {
  const parts = [...walkOrder(part)];
  const names = new Set(parts.flatMap((one) => (one.kind === "node" ? [one.node] : [])));
  const isInside = parts.every((one) => {
    if (one.kind === "wait") return names.has(one.on);
    if (one.kind === "signal") return waits.every(({ on, before }) => on !== one.of || names.has(before));
    return one.kind !== "node" || nodes.get(one.node)!.kind === "step";
  });
  if (!isInside) return undefined;
  const among = precedenceAmong([...names], precedence);
  const ordered = canonicalOrder(among);
  const steps = stepsNamed(ordered, nodes);
  if (whyApart([], steps, nodes, precedence) !== undefined) return undefined;
  const direct = reduction(among);
  const after = ordered.map((name) =>
    ordered.flatMap((before, at) => (direct.get(name)!.has(before) ? [at] : [])),
  );
  const isSequence = after.every((before, at) => before.join() === (at === 0 ? "" : String(at - 1)));
  return { kind: "group", nodes: ordered, ...(!isSequence && { graph: { after, order: flat(part) } }) };
}

/** Without sequences in sequences, or parallels in parallels. */
function flat(order: Order): Order {
  if (!("parts" in order)) return order;
  const parts = order.parts.map(flat).flatMap((part) => (part.kind === order.kind ? part.parts : [part]));
  return { kind: order.kind, parts };
}
