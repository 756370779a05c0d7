/**
 * A workflow's definition as a picture needs it: plain data, kept with each deployed version, so that a run is drawn as
 * it was defined when it began.
 */
export interface WorkflowGraph {
  workflow: string;
  /** Names of the events that start a run. */
  on: string[];
  deadline: string;
  /** What decides when runs start, a sentence for each rule. Absent where each starts as soon as its event comes. */
  startRules?: string[] | undefined;
  nodes: GraphNode[];
  edges: { from: string; to: string }[];
}

export interface GraphNode {
  /** The path that claims, questions and waits of the node have, without the numbers of iterations. */
  id: string;
  kind: GraphNodeKind;
  /** What people read: the step's name, the event that is waited for. */
  label: string;
  /** The node that it lies within, and in which of its blocks: "then", "else", "body". */
  within?: { node: string; block: string } | undefined;
  /** The step that it runs, and the one that undoes it. */
  step?: string | undefined;
  undo?: string | undefined;
}

/** What people see of a node: each has an icon in the console. */
export const GRAPH_NODE_KINDS = [
  ...(["step", "each", "repeat", "when", "match", "approval", "escalate", "child"] as const),
  ...(["sleep", "wait"] as const),
] as const;
export type GraphNodeKind = (typeof GRAPH_NODE_KINDS)[number];
