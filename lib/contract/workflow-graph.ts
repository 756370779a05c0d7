/**
 * A workflow's definition as a graph to draw: plain data, stored with each deployed version, so that a run is
 * drawn with the definition on which it began.
 */
export interface WorkflowGraph {
  workflow: string;
  /** Names of the events that start a run. */
  on: string[];
  deadline: string;
  /** When runs start, one sentence per rule. Absent if each starts as soon as its event arrives. */
  startRules?: string[] | undefined;
  nodes: GraphNode[];
  edges: { from: string; to: string }[];
}

export interface GraphNode {
  /** The path of the node's claims, approvals and waits, without the numbers of iterations. */
  id: string;
  kind: GraphNodeKind;
  /** The label: the step's name, the awaited event. */
  label: string;
  /** The node that contains it, and in which of its blocks: "then", "else", "body". */
  within?: { node: string; block: string } | undefined;
  /** The step that it runs, and the one that undoes it. */
  step?: string | undefined;
  undo?: string | undefined;
  /** How its work comes to its function, if it has steps in a pool that have neighbours. */
  message?: NodeMessage | undefined;
}

export interface NodeMessage {
  /** Whether one message brings it with others. */
  shared: boolean;
  /** A sentence: with what, or why not. */
  text: string;
}

/** The kinds of boxes in a drawn graph. */
export const GRAPH_NODE_KINDS = [
  "step",
  "each",
  "repeat",
  "when",
  "match",
  "approval",
  "escalate",
  "child",
  "sleep",
  "wait",
  "race",
] as const;
export type GraphNodeKind = (typeof GRAPH_NODE_KINDS)[number];
