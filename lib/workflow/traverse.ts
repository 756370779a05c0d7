import { type Expression, resultsIn } from "./expression.ts";
import type { Block, Node, Nodes, StepNode } from "./graph.ts";

/** A node's result, where it is read. */
export function resultOf({ name, facts }: Node): Expression {
  return { kind: "read", of: { kind: "result", node: name }, facts };
}

/** The blocks inside a node. */
export function blocksOf(node: Node): Block[] {
  return Object.values<Block>(node.blocks);
}

/** A node with each of its blocks changed. */
export function withBlocks(node: Node, change: (block: Block) => Block): Node {
  const blocks = Object.entries<Block>(node.blocks).map(([role, block]) => [role, change(block)] as const);
  // Its blocks keep their roles, which its kind determines.
  return { ...node, blocks: Object.fromEntries(blocks) } as Node;
}

/** All expressions of a node, including those of inner nodes. */
export function expressionsOf(node: Node): Expression[] {
  return [...Object.values<Expression>(node.reads), ...blocksOf(node).flatMap(expressionsIn)];
}

export function expressionsIn(block: Block): Expression[] {
  return [...block.nodes.flatMap(expressionsOf), block.value];
}

/** All nodes of a block, including inner ones. */
export function nodesIn(block: Block): Node[] {
  return block.nodes.flatMap((node) => [node, ...blocksOf(node).flatMap(nodesIn)]);
}

/** A block and all blocks of its nodes. */
export function blocksIn(block: Block): Block[] {
  return [block, ...nodesIn(block).flatMap(blocksOf)];
}

export function byName(nodes: readonly Node[]): Nodes {
  return new Map(nodes.map((node) => [node.name, node]));
}

/** The steps of these names, of which all are steps. */
export function stepsNamed(names: readonly string[], nodes: Nodes): StepNode[] {
  return names.map((name) => nodes.get(name)).filter((node) => node?.kind === "step");
}

/** The nodes whose results a node reads, itself or in an inner node. */
export function readBy(node: Node): Set<string> {
  return new Set(expressionsOf(node).flatMap(resultsIn));
}

/** The nodes that must be done before a node can begin. */
export function precedingOf(node: Node): Set<string> {
  const within = blocksOf(node).flatMap(nodesIn);
  return new Set([...readBy(node), ...node.after, ...within.flatMap(({ after }) => after)]);
}
