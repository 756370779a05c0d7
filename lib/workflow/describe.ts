import { say } from "./expression.ts";
import type { Block, NodeBase, Order } from "./graph.ts";
import { kindOf } from "./nodes/index.ts";
import type { Plan } from "./plan.ts";

/**
 * A plan as text for reviewers, one node per line: nodes below come after, nodes in branches
 * under "at once" runs side by side.
 */
export function describePlan({ workflow, on, deadline, cancelOn, block }: Plan): string {
  const events = on.map(({ name, version }) => `${name} v${version}`).join(" or ");
  const cancelled = cancelOn.map(({ event, key }) => `, cancelled by ${event.name} of ${say(key)}`).join("");
  return [
    `${workflow}: on ${events}, within ${deadline}${cancelled}`,
    ...indent(describeBlock(block)),
    "",
  ].join("\n");
}

function describeBlock({ nodes, order }: Block): string[] {
  return order ? describeOrder(order, new Map(nodes.map((node) => [node.name, node]))) : [];
}

function describeOrder(order: Order, nodes: ReadonlyMap<string, NodeBase>): string[] {
  switch (order.kind) {
    case "node":
      return describeNode(nodes.get(order.node)!);
    case "wait":
      return [`wait for ${order.on}`];
    case "signal":
      return [];
    case "sequence":
      return order.parts.flatMap((part) => describeOrder(part, nodes));
    case "parallel":
      return ["at once", ...order.parts.flatMap((part) => branch(describeOrder(part, nodes)))];
  }
}

function describeNode(node: NodeBase): string[] {
  const { describe, heading } = kindOf(node);
  const blocks = Object.entries(node.blocks).flatMap(([role, block]) => {
    const lines = indent(describeBlock(block));
    const above = heading?.(role);
    return above && lines.length > 0 ? [above, ...lines] : lines;
  });
  return [describe(node), ...blocks];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function branch([first, ...others]: readonly string[]): string[] {
  return [`  - ${first}`, ...others.map((line) => `    ${line}`)];
}
