import type { NodeMessage } from "../../contract/workflow-graph.ts";
import type { Exit } from "../exit.ts";
import type { Expression } from "../expression.ts";
import type { Frame } from "../frame.ts";
import type { Block, NodeBase } from "../graph.ts";
import type { States } from "../states.ts";

/** Addresses that the compiler writes unchanged; they may be tokens of the CDK. */
export interface Bindings {
  queueUrl(step: string): string;
  approvalQueueUrl: string;
  waitQueueUrl: string;
  /** Content version of the definition, which is not part of its own digest. */
  version?: string | undefined;
}

/** The context in which a node is compiled. */
export interface Position {
  readonly frame: Frame;
  readonly exit: Exit;
  readonly bindings: Bindings;
  /** The maximum seconds of a run. */
  readonly deadline: number;
  /** The parts of a step's result that the state machine itself reads. */
  readsOf(node: string): readonly string[];
  /** The same, and the objects of which a field is passed on. */
  keepsOf(node: string): readonly string[];
  /** Maximum history events of a block. */
  events(block: Block): number;
  /** The states of a block, and the name of the first; undefined if the block has no nodes. */
  compile(block: Block, frame: Frame, exit: Exit): Machine | undefined;
}

export interface Machine {
  readonly StartAt: string;
  readonly States: States;
}

/** A value that is passed on unchanged, or a list of which each item is passed on. */
export type Usage = "passed on" | "iterated";

export type Uses = Readonly<Record<string, Usage>>;

/** Path in a value: field names, and "[]" for each item of a list. */
export type Path = readonly string[];

/** Whether only the items of a list are counted and iterated. */
export function isWalk(path: Path): boolean {
  return path.length === 1 && path[0] === "[]";
}

/** What the planner and the compiler need to know about a kind of node. One file per kind. */
export interface NodeKind<Node extends NodeBase> {
  /**
   * One line of the plan's text. Inner blocks follow automatically, each under its own name unless that is
   * empty.
   */
  describe(node: Node): string;
  /** How the work within the node comes to its function, if the node decides that. */
  readonly message?: (node: Node) => NodeMessage | undefined;
  /** The heading of a block in the plan's text, if it has one. */
  readonly heading?: (role: string) => string | undefined;
  /** Where the values that the node reads go, if the state machine itself does not read all of them. */
  readonly uses?: Uses | ((node: Node) => Uses);
  /** The origin of a part of the node's result: in which expressions, and where in them. */
  readonly origins?: (node: Node, path: Path) => readonly (readonly [Expression, Path])[];
  /**
   * Maximum number of events in the execution's history, without retries; `within` counts those of a block.
   */
  events(node: Node, within: (block: Block) => number): number;
  /** The node's states. The first has its name. */
  compile(node: Node, position: Position): States;
}
