import type { WorkflowGraph } from "../api/types.ts";

type GraphNode = WorkflowGraph["nodes"][number];

/**
 * A node with its content. Blocks of a branch ("then", "else") are boxes of their own, if there are several.
 */
export interface TreeNode {
  id: string;
  node?: GraphNode;
  /** Of a block. */
  block?: string;
  parent: string | undefined;
  children: TreeNode[];
}

/** The nesting of the graph's nodes. A node with an unknown parent is at the top level. */
export function treeOf(graph: WorkflowGraph): Map<string, TreeNode> {
  const tree = new Map<string, TreeNode>();
  const blocks = new Map<string, Set<string>>();
  for (const node of graph.nodes) {
    tree.set(node.id, { id: node.id, node, parent: undefined, children: [] });
    if (node.within)
      blocks.set(node.within.node, (blocks.get(node.within.node) ?? new Set()).add(node.within.block));
  }
  for (const { id, within } of graph.nodes) {
    const around = within && tree.get(within.node);
    if (!around) continue;
    const one = tree.get(id)!;
    const several = blocks.get(within.node)!.size > 1;
    const place = several ? blockOf(tree, around, within.block) : around;
    one.parent = place.id;
    place.children.push(one);
  }
  return tree;
}

function blockOf(tree: Map<string, TreeNode>, around: TreeNode, block: string): TreeNode {
  const id = `${around.id}|${block}`;
  const known = tree.get(id);
  if (known) return known;
  const made: TreeNode = { id, block, parent: around.id, children: [] };
  tree.set(id, made);
  around.children.push(made);
  return made;
}

/**
 * Edges as they are drawn: between neighbouring boxes. An edge that crosses a border is drawn from box to
 * box, and an edge from a box to its own content is not drawn, since nesting shows it.
 */
export function edgesSideBySide(
  edges: readonly { from: string; to: string }[],
  tree: Map<string, TreeNode>,
): { from: string; to: string; within: string | undefined }[] {
  const found = new Map<string, { from: string; to: string; within: string | undefined }>();
  for (const { from, to } of edges) {
    const a = ancestry(from, tree);
    const b = ancestry(to, tree);
    const depth = a.findIndex((id, index) => id !== b[index]);
    if (depth < 0 || a[depth] === undefined || b[depth] === undefined) continue;
    const edge = { from: a[depth], to: b[depth], within: a[depth - 1] };
    found.set(`${edge.from}>${edge.to}`, edge);
  }
  return [...found.values()];
}

/** A node and the boxes around it, the outermost first. Empty for an unknown node. */
function ancestry(id: string, tree: Map<string, TreeNode>): string[] {
  const path: string[] = [];
  for (let at = tree.get(id); at; at = at.parent === undefined ? undefined : tree.get(at.parent))
    path.unshift(at.id);
  return path;
}
