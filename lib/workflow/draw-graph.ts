import { waySegment } from "../contract/race.ts";
import type { GraphNode, WorkflowGraph } from "../contract/workflow-graph.ts";
import { type Block, closure, type NodeBase, precedingOf, reduction } from "./graph.ts";
import { messagesIn } from "./messages.ts";
import type { ApprovalNode } from "./nodes/approval.ts";
import type { ChildNode } from "./nodes/child.ts";
import type { ChoiceNode } from "./nodes/choice.ts";
import type { StepNode } from "./nodes/step.ts";
import type { WaitNode } from "./nodes/wait.ts";
import type { Plan } from "./plan.ts";

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
  node: NodeBase,
  id: string,
  path: string,
  around: Pick<GraphNode, "within" | "message">,
): Drawn {
  const only = onlyStepOf(node);
  const drawn: GraphNode = {
    id,
    ...faceOf(node),
    ...around,
    ...(only && stepsOf(only)),
  };
  if (only) return { nodes: [drawn], edges: [] };
  const blocks = Object.entries(node.blocks).map(([block, content]) =>
    drawBlock(content, pathWithin(node, block, id, path), { node: id, block }),
  );
  return {
    nodes: [drawn, ...blocks.flatMap((part) => part.nodes)],
    edges: blocks.flatMap((part) => part.edges),
  };
}

/** Loops and the ways of races are part of the paths of nodes inside them. */
function pathWithin({ kind }: NodeBase, block: string, id: string, path: string): string {
  if (kind === "race") return `${waySegment(id, block)}/`;
  return LOOPS.has(kind) ? `${id}/` : path;
}

const LOOPS = new Set(["each", "repeat"]);

/** The paths of an `each` that only runs a step name the `each` alone: so does the graph. */
function onlyStepOf(node: NodeBase): StepNode | undefined {
  const [first, ...others] = node.kind === "each" ? node.blocks.body!.nodes : [];
  if (!first || others.length > 0 || first.segment !== undefined) return undefined;
  return first.kind === "step" && Object.keys(first.blocks).length === 0 ? (first as StepNode) : undefined;
}

/** The kind of node in the console, and its label. */
function faceOf(node: NodeBase): Pick<GraphNode, "kind" | "label"> & Partial<GraphNode> {
  switch (node.kind) {
    case "step":
      return { kind: "step", label: node.name, ...stepsOf(node as StepNode) };
    case "approval": {
      const { role, reads, quorum } = node as ApprovalNode;
      const label = quorum ? `${role} (${quorum.approvals} people)` : role;
      return { kind: reads.why ? "escalate" : "approval", label };
    }
    case "choice": {
      const { text } = node as ChoiceNode;
      return { kind: text.startsWith("match ") ? "match" : "when", label: text };
    }
    case "child":
      return { kind: "child", label: (node as ChildNode).workflow };
    case "wait":
      return { kind: "wait", label: (node as WaitNode).event.name };
    case "each":
    case "race":
    case "repeat":
    case "sleep":
      return { kind: node.kind, label: node.segment ?? node.name };
  }
}

function stepsOf({ spec, undo }: StepNode): Pick<GraphNode, "step" | "undo"> {
  return { step: spec.name, ...(undo && { undo: undo.name }) };
}
