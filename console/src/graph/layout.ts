import { layout as dagre, Graph } from "@dagrejs/dagre";
import type { WorkflowGraph } from "../api/types.ts";
import { edgesSideBySide, type TreeNode, treeOf } from "./tree.ts";

/** Position of a box, relative to the upper left corner of its parent. Pixels. */
export interface Placed {
  id: string;
  node?: WorkflowGraph["nodes"][number];
  block?: string;
  parent: string | undefined;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Whether other boxes are drawn inside it. */
  holds: boolean;
  /** How many nodes are inside it, drawn or not. */
  inner: number;
}

export interface Picture {
  boxes: Placed[];
  edges: { from: string; to: string }[];
  width: number;
  height: number;
}

export type Direction = "LR" | "TB";

const NODE = { width: 184, height: 76 };
/** For a longer label, such as a condition. */
const WIDE_NODE = { width: 244, height: 76 };
const LONG = 28;
const PADDING = 14;
/** Height of a block's header, with its name and state. */
const HEADER = 70;
const BLOCK_HEADER = 26;

/**
 * Lays out a workflow: first the content of each box, then the boxes next to each other. The outermost come
 * first.
 * @param open ids of the boxes whose content is drawn. Default: all
 */
export function layoutWorkflow(
  graph: WorkflowGraph,
  direction: Direction,
  open?: ReadonlySet<string>,
): Picture {
  const tree = treeOf(graph);
  const edges = edgesSideBySide(graph.edges, tree);
  const boxes: Placed[] = [];
  const insideOf = ({ id, block, children }: TreeNode): TreeNode[] =>
    open === undefined || block !== undefined || open.has(id) ? children : [];

  const arrange = (children: TreeNode[], within: string | undefined, header: number) => {
    const sizes = new Map(children.map((child) => [child.id, sizeOf(child)]));
    const placed = sideBySide(
      sizes,
      edges.filter((edge) => edge.within === within),
      direction,
    );
    return {
      width: placed.width + 2 * PADDING,
      height: placed.height + header + PADDING,
      at: (id: string) => {
        const { x, y } = placed.at.get(id)!;
        return { x: x + PADDING, y: y + header };
      },
      sizes,
    };
  };
  type Inside = ReturnType<typeof arrange>;
  const insides = new Map<string, Inside>();
  const sizeOf = (child: TreeNode): { width: number; height: number } => {
    const children = insideOf(child);
    const closed = closedSize(child);
    if (children.length === 0) return closed;
    const inside = arrange(children, child.id, child.block ? BLOCK_HEADER : HEADER);
    insides.set(child.id, inside);
    return { width: Math.max(closed.width, NODE.width + 2 * PADDING, inside.width), height: inside.height };
  };
  const roots = [...tree.values()].filter(({ parent }) => parent === undefined);
  const outside = arrange(roots, undefined, PADDING);
  const place = (children: TreeNode[], inside: Inside) => {
    for (const child of children) {
      const { id, node, block, parent } = child;
      const own = insides.get(id);
      boxes.push({
        id,
        node,
        block,
        parent,
        ...inside.at(id),
        ...inside.sizes.get(id)!,
        holds: own !== undefined,
        inner: innerNodes(child),
      });
      if (own) place(insideOf(child), own);
    }
  };
  place(roots, outside);
  const drawn = new Set(boxes.map(({ id }) => id));
  return {
    boxes,
    edges: edges
      .filter(({ from, to }) => drawn.has(from) && drawn.has(to))
      .map(({ from, to }) => ({ from, to })),
    width: outside.width,
    height: outside.height,
  };
}

function closedSize({ node }: TreeNode): { width: number; height: number } {
  return node && node.label.length > LONG ? WIDE_NODE : NODE;
}

function innerNodes({ children }: TreeNode): number {
  return children.reduce((sum, child) => sum + (child.node ? 1 : 0) + innerNodes(child), 0);
}

/** Pixels that a page has for a graph, as far as they affect its height. */
const PAGE = { phone: 320, wide: 1040 };
/** Space for the zoom buttons. */
const BUTTONS = 64;

/** The height of the frame of a graph that is fitted to its page, but not below the scale `least`. */
export function frameHeight(
  { width, height }: { width: number; height: number },
  phone: boolean,
  least = 0,
  most = phone ? 440 : 500,
): number {
  const scale = Math.max(least, Math.min(1, (phone ? PAGE.phone : PAGE.wide) / width));
  return Math.min(most, Math.max(180, height * scale + BUTTONS));
}

/** Boxes of these sizes in ranks along their edges. */
export function sideBySide(
  sizes: ReadonlyMap<string, { width: number; height: number }>,
  edges: readonly { from: string; to: string }[],
  direction: Direction,
  /** Space between the ranks: more if arrows have labels. */
  apart = 30,
): { at: Map<string, { x: number; y: number }>; width: number; height: number } {
  const graph = new Graph();
  graph.setGraph({ rankdir: direction, nodesep: 18, ranksep: apart, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [id, size] of sizes) graph.setNode(id, { ...size });
  for (const { from, to } of edges) graph.setEdge(from, to);
  dagre(graph);
  const at = new Map<string, { x: number; y: number }>();
  let right = 0;
  let bottom = 0;
  for (const [id, { width, height }] of sizes) {
    const middle = graph.node(id) as { x: number; y: number };
    at.set(id, { x: middle.x - width / 2, y: middle.y - height / 2 });
    right = Math.max(right, middle.x + width / 2);
    bottom = Math.max(bottom, middle.y + height / 2);
  }
  return { at, width: right, height: bottom };
}
