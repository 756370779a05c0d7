import type { NodeMessage } from "../contract/workflow-graph.ts";
import type { Block, Nodes, Order, StepNode } from "./graph.ts";
import { whyApart } from "./groups/why-apart.ts";
import { kindOf } from "./nodes/index.ts";
import { byName, stepsNamed } from "./traverse.ts";

/** The messages of a block's own nodes, by their names. */
export function messagesIn({ nodes, order }: Block): Map<string, NodeMessage> {
  const own = nodes.flatMap((node) => {
    const message = kindOf(node).message(node);
    return message ? [[node.name, message] as const] : [];
  });
  return new Map([...own, ...(order ? messagesOf(order, byName(nodes)) : [])]);
}

function* messagesOf(order: Order, nodes: Nodes, why?: string): Generator<[string, NodeMessage]> {
  switch (order.kind) {
    case "group": {
      const [first] = order.nodes;
      for (const name of order.nodes) {
        const others = order.nodes.filter((one) => one !== name).join(", ");
        const text = `One message with ${others}`;
        yield [
          name,
          { shared: true, text: why && name === first ? `${text}. Not with the steps before: ${why}` : text },
        ];
      }
      return;
    }
    case "node":
      if (why) yield [order.node, { shared: false, text: `A message of its own: ${why}` }];
      return;
    case "sequence":
    case "parallel":
      for (const [at, part] of order.parts.entries())
        yield* messagesOf(part, nodes, whyApartAt(order, at, nodes));
  }
}

/** Parts that come one after another, or run at the same time. */
export type Parts = Extract<Order, { parts: unknown }>;

/** Why a part in a pool does not share the message of its neighbours before it; undefined if they are not in pools. */
export function whyApartAt({ kind, parts }: Parts, at: number, nodes: Nodes): string | undefined {
  const before = kind === "sequence" ? parts.slice(0, at).slice(-1) : parts.slice(0, at);
  const next = stepsOf(parts[at], nodes);
  const earlier = before.map((one) => stepsOf(one, nodes)).find((steps) => steps.at(-1)?.spec.pool);
  return next[0]?.spec.pool && earlier ? whyApart(earlier, next, nodes) : undefined;
}

/** The steps that one state runs. */
function stepsOf(order: Order | undefined, nodes: Nodes): StepNode[] {
  const names = order?.kind === "group" ? order.nodes : order?.kind === "node" ? [order.node] : [];
  return stepsNamed(names, nodes);
}
