import { waySegment } from "../contract/race.ts";
import type { GraphNode, WorkflowGraph } from "../contract/workflow-graph.ts";
import type { Block, Node, StepNode } from "./graph.ts";
import { messagesIn } from "./messages.ts";
import { kindOf } from "./nodes/index.ts";
import type { Plan } from "./plan.ts";
import { closure, reduction } from "./precedence.ts";
import { blocksOf, precedingOf } from "./traverse.ts";

/** A plan as a graph to draw: its nodes, their nesting, and their order. */
export function drawGraph({ workflow, on, deadline, startRules, block }: Plan): WorkflowGraph {
  const rules = startRules.length > 0 ? { startRules: [...startRules] } : {};
  return { workflow, on: on.map(({ name }) => name), deadline, ...rules, ...drawBlock(block, "", undefined) };
}

type Drawn = Pick<WorkflowGraph, "nodes" | "edges">;

/** `path` is that of the enclosing loops, with a slash at the end. */
function drawBlock(block: Block, path: string, within: GraphNode["within"]): Drawn {
  const { nodes } = block;
  const messages = messagesIn(block);
  const ids = new Map(nodes.map((node) => [node.name, `${path}${node.segment ?? node.name}`]));
  const names = new Set(ids.keys());
  const direct = reduction(
    closure(new Map(nodes.map((node) => [node.name, precedingOf(node).intersection(names)]))),
  );
  const edges = nodes.flatMap(({ name }) =>
    [...direct.get(name)!].map((earlier) => ({ from: ids.get(earlier)!, to: ids.get(name)! })),
  );
  const drawn = nodes.map((node) => {
    const message = messages.get(node.name);
    return drawNode(node, ids.get(node.name)!, path, {
      ...(within && { within }),
      ...(message && { message }),
    });
  });
  return {
    nodes: drawn.flatMap((part) => part.nodes),
    edges: [...edges, ...drawn.flatMap((part) => part.edges)],
  };
}

function drawNode(
  node: Node,
  id: string,
  path: string,
  around: Pick<GraphNode, "within" | "message">,
): Drawn {
  const only = onlyStepOf(node);
  const { step, undo } = kindOf(only ?? node).draw(only ?? node);
  const drawn: GraphNode = { id, ...kindOf(node).draw(node), ...around, step, undo };
  if (only) return { nodes: [drawn], edges: [] };
  const blocks = Object.entries<Block>(node.blocks).map(([block, content]) =>
    drawBlock(content, pathWithin(node, block, id, path), { node: id, block }),
  );
  return {
    nodes: [drawn, ...blocks.flatMap((part) => part.nodes)],
    edges: blocks.flatMap((part) => part.edges),
  };
}

/** The path of the nodes in a block. `id` is that of the node around it, `path` that around this node. */
function pathWithin(node: Node, block: string, id: string, path: string): string {
  switch (kindOf(node).inPaths) {
    case "nothing":
      return path;
    case "its name":
      return `${id}/`;
    case "its name and the block's":
      return `${waySegment(id, block)}/`;
  }
}

/** The paths of an `each` that only runs a step name the `each` alone: so does the graph. */
function onlyStepOf(node: Node): StepNode | undefined {
  const [only, ...others] = blocksOf(node).flatMap(({ nodes }) => nodes);
  if (only?.kind !== "step" || others.length > 0) return undefined;
  return only.segment === undefined && !only.blocks.fallback ? only : undefined;
}
