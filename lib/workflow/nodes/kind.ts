import type { Exit } from "../exit.ts";
import type { Expression } from "../expression.ts";
import type { Frame } from "../frame.ts";
import type { Block, NodeBase } from "../graph.ts";
import type { States } from "../states.ts";

/** Addresses that the compiler writes as they are; they may be tokens of the CDK. */
export interface Bindings {
  queueUrl(step: string): string;
  approvalQueueUrl: string;
  waitQueueUrl: string;
  /** Content version of the definition, which does not count for itself. */
  version?: string | undefined;
}

/** Where a node is being compiled. */
export interface Position {
  readonly frame: Frame;
  readonly exit: Exit;
  readonly bindings: Bindings;
  /** Seconds that a run may take at most. */
  readonly deadline: number;
  /** Which parts of a step's result the state machine itself looks at. */
  readsOf(node: string): readonly string[];
  /** The same, and the objects of which a field is handed on. */
  keepsOf(node: string): readonly string[];
  /** Maximum history events of a block. */
  events(block: Block): number;
  /** The states of a block, and the name of the first; undefined where the block has no nodes. */
  compile(block: Block, frame: Frame, exit: Exit): Machine | undefined;
}

export interface Machine {
  readonly StartAt: string;
  readonly States: States;
}

/** A value that is handed on as it is, or a list of which each item is handed on. */
export type Usage = "handed on" | "gone through";

export type Uses = Readonly<Record<string, Usage>>;

/** Where in a value: field names, and "[]" for each item of a list. */
export type Path = readonly string[];

/** Whether only the items of a list are counted and walked through. */
export function isWalk(path: Path): boolean {
  return path.length === 1 && path[0] === "[]";
}

/** What the planner and the compiler have to know of a kind of node. One file per kind. */
export interface NodeKind<Node extends NodeBase> {
  /** One line of the plan's text. Blocks within follow by themselves, each under its own name unless that is empty. */
  describe(node: Node): string;
  /** The heading of a block in the plan's text, if it has one. */
  readonly heading?: (role: string) => string | undefined;
  /** What becomes of what the node reads, where the state machine itself does not look at all of it. */
  readonly uses?: Uses | ((node: Node) => Uses);
  /** Where a part of the node's result comes from: in which expressions, and where in them. */
  readonly origins?: (node: Node, path: Path) => readonly (readonly [Expression, Path])[];
  /** Events in the execution's history, at most and without retries; `within` counts those of a block. */
  events(node: Node, within: (block: Block) => number): number;
  /** The node's states. The first bears its name. */
  compile(node: Node, position: Position): States;
}
