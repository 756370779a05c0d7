import { say } from "./expression.ts";
import type { Block, Node, Nodes, Order } from "./graph.ts";
import { arrangedOf } from "./groups/fuse.ts";
import { type Parts, whyApartAt } from "./messages.ts";
import { kindOf } from "./nodes/index.ts";
import type { Plan } from "./plan.ts";
import { byName } from "./traverse.ts";

/**
 * A plan as text for reviewers, one node per line: nodes below come after, nodes in branches under "at once"
 * run in parallel.
 */
export function describePlan({ workflow, on, deadline, startRules, cancelOn, block }: Plan): string {
  const events = on.map(({ name, version }) => `${name} v${version}`).join(" or ");
  const cancelled = cancelOn.map(({ event, key }) => `, cancelled by ${event.name} of ${say(key)}`).join("");
  return [
    `${workflow}: on ${events}, within ${deadline}${cancelled}`,
    ...indent(startRules.map((rule) => `(${rule})`)),
    ...indent(describeBlock(block)),
    "",
  ].join("\n");
}

function describeBlock({ nodes, order }: Block): string[] {
  return order ? describeOrder(order, byName(nodes)) : [];
}

/** `between`: what is said between a part and those before it. */
function describeOrder(order: Order, nodes: Nodes, between: typeof apart = apart): string[] {
  switch (order.kind) {
    case "node":
      return describeNode(nodes.get(order.node)!);
    case "wait":
      return [`wait for ${order.on}`];
    case "signal":
      return [];
    case "group":
      return ["in one message", ...indent(describeOrder(arrangedOf(order), nodes, () => []))];
    case "sequence":
      return order.parts.flatMap((part, at) => [
        ...between(order, at, nodes),
        ...describeOrder(part, nodes, between),
      ]);
    case "parallel":
      return [
        "at once",
        ...order.parts.flatMap((part, at) => [
          ...indent(between(order, at, nodes)),
          ...branch(describeOrder(part, nodes, between)),
        ]),
      ];
  }
}

/** Why neighbours in pools do not share a message. */
function apart(parts: Parts, at: number, nodes: Nodes): string[] {
  const why = whyApartAt(parts, at, nodes);
  return why === undefined ? [] : [`(a message of its own: ${why})`];
}

function describeNode(node: Node): string[] {
  const kind = kindOf(node);
  const blocks = Object.entries<Block>(node.blocks).flatMap(([role, block]) => {
    const lines = indent(describeBlock(block));
    const heading = kind.heading(role);
    return heading && lines.length > 0 ? [heading, ...lines] : lines;
  });
  return [kind.describe(node), ...blocks];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function branch([first, ...others]: readonly string[]): string[] {
  return [`  - ${first}`, ...others.map((line) => `    ${line}`)];
}
