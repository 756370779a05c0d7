import type { EventContract } from "../../contract/event.ts";
import type { StepSpec } from "../../contract/step.ts";
import type { GraphNode, NodeMessage } from "../../contract/workflow-graph.ts";
import type { Expression } from "../expression.ts";
import type { Block, Node } from "../graph.ts";
import type { OpenPoint } from "../open-point.ts";
import type { Position } from "../position.ts";
import type { States } from "../states.ts";

/**
 * What the planner, the compiler, the drawing and the cost need to know about a kind of node. No member has a
 * default: a kind without one does not compile.
 */
export interface NodeKind<N extends Node> {
  /**
   * One line of the plan's text. Inner blocks follow automatically, each under its heading.
   */
  describe(node: N): string;
  /** The heading of a block in the plan's text, if it has one. */
  heading(block: string): string | undefined;
  /** Its box in the drawn graph. */
  draw(node: N): Face;
  /** What it adds to the paths of the nodes inside it. */
  readonly inPaths: "nothing" | "its name" | "its name and the block's";
  /** How the work within the node comes to its function, if the node decides that. */
  message(node: N): NodeMessage | undefined;
  /** Where the values that the node reads go; the state machine itself reads those that are not named. */
  uses(node: N): Uses;
  /** The origin of a part of the node's result: in which expressions, and where in them. */
  origins(node: N, path: Path): readonly (readonly [Expression, Path])[];
  /**
   * Maximum number of events in the execution's history, without retries; `within` counts those of a block.
   */
  events(node: N, within: (block: Block) => number): number;
  /** The node's states. The first has its name. */
  compile(node: N, position: Position): States;
  /** What its states need, without those of the nodes inside it. */
  needs(node: N): Needs;
  /** What it leaves to each run, and what the cost of a run depends on. */
  leavesOpen(node: N): readonly OpenPoint[];
  /** Whether a run that succeeds may leave something unfinished here: a step that its worker still runs, or a question without an answer. */
  mayBeLeft(node: N): boolean;
  /** Whether a run usually stays here for minutes or more: it waits for time to pass, a person, an event or another run. */
  readonly isLongRunning: boolean;
}

/** What has to be deployed for a node. */
export interface Needs {
  /** The steps that it runs, and those that undo them. */
  readonly steps?: readonly StepSpec[];
  readonly undoSteps?: readonly StepSpec[];
  /** The events that it waits for. */
  readonly events?: readonly EventContract[];
  /** The workflows that it calls. */
  readonly calls?: readonly { readonly workflow: string; readonly awaited: boolean }[];
}

/** A node as it is drawn. */
type Face = Pick<GraphNode, "kind" | "label" | "step" | "undo">;

/** The answers of a kind whose nodes have no blocks inside them. */
export const WITHOUT_BLOCKS = {
  heading: () => undefined,
  inPaths: "nothing",
  message: () => undefined,
  origins: () => [],
} as const satisfies Partial<NodeKind<Node>>;

/** A value that is passed on unchanged, or a list of which each item is passed on. */
type Usage = "passed on" | "iterated";

type Uses = Readonly<Record<string, Usage>>;

/** Path in a value: field names, and "[]" for each item of a list. */
export type Path = readonly string[];

/** Whether only the items of a list are counted and iterated. */
export function isWalk(path: Path): boolean {
  return path.length === 1 && path[0] === "[]";
}
