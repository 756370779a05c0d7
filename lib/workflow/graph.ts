import type { EventContract } from "../contract/event.ts";
import type { Quorum } from "../contract/quorum.ts";
import type { StepSpec } from "../contract/step.ts";
import type { Expression, Facts } from "./expression.ts";

/**
 * A node of a workflow's graph. To add a kind, add its interface here: then nothing that depends on the kind
 * compiles until it has a case for it.
 */
export type Node =
  | ApprovalNode
  | ChildNode
  | ChoiceNode
  | EachNode
  | RaceNode
  | RepeatNode
  | SleepNode
  | StepNode
  | WaitNode;

/** The nodes of one kind. */
export type NodeOf<Kind extends Node["kind"]> = Extract<Node, { readonly kind: Kind }>;

/** The common part of all nodes. Plain data, so that a plan can be compared and printed. */
interface NodeBase {
  /** Unique in the workflow; also the name of its state. */
  readonly name: string;
  /** Its name in claim paths; undefined if paths do not include it. */
  readonly segment: string | undefined;
  /** The values that it reads itself, by role. */
  readonly reads: Readonly<Record<string, Expression>>;
  /** The blocks inside it, by role. */
  readonly blocks: Readonly<Record<string, Block>>;
  /** Nodes that come first although none of their results is read. */
  readonly after: readonly string[];
  /** The shape of its result. */
  readonly facts: Facts;
}

type NoBlocks = Readonly<Record<string, never>>;

/** A question to a person: an approval in the workflow, or an escalation with its reason. */
export interface ApprovalNode extends NodeBase {
  readonly kind: "approval";
  readonly segment: string;
  /** The role that is asked. */
  readonly role: string;
  readonly reads: {
    readonly show: Expression;
    readonly why?: Expression;
    /** The timeout. */
    readonly within?: Expression;
    readonly requestedBy?: Expression;
  };
  readonly blocks: NoBlocks;
  /** How many people decide; undefined if the first answer does. */
  readonly quorum: Quorum | undefined;
  /** The consequence of the timeout. */
  readonly silence: "escalate" | "reject" | "approve" | undefined;
}

/** A run of another workflow. */
export interface ChildNode extends NodeBase {
  readonly kind: "child";
  readonly segment: string;
  readonly workflow: string;
  readonly event: EventContract;
  readonly awaited: boolean;
  readonly reads: { readonly payload: Expression };
  readonly blocks: { readonly fallback?: Block };
}

/**
 * One of several branches: the first whose condition is true, or else the block "otherwise", if there is one.
 */
export interface ChoiceNode extends NodeBase {
  readonly kind: "choice";
  /** The condition of each branch, by the name of its block. */
  readonly reads: Readonly<Record<string, Expression>>;
  /** The method that made it. */
  readonly method: "when" | "match";
  /** What is decided, as text of the plan: "when score.value > 3". */
  readonly text: string;
}

/** The same for each item of a list, in parallel. */
export interface EachNode extends NodeBase {
  readonly kind: "each";
  readonly segment: string;
  readonly reads: { readonly list: Expression };
  readonly blocks: { readonly body: Block };
  /** Maximum number of concurrent items. */
  readonly concurrency: number | undefined;
  /** The maximum length of the list. */
  readonly most: number;
  /** Whether the list's own schema allows a longer one. */
  readonly unbounded: boolean;
  readonly tolerance: Tolerance | undefined;
  /** Whether each item has a message of its own, although one could bring all. */
  readonly apart: boolean;
}

/** How many items of a list may fail: a number, or a share of it. */
export type Tolerance = number | `${number}%`;

/** Several ways at the same time, of which the first to finish counts. */
export interface RaceNode extends NodeBase {
  readonly kind: "race";
  readonly segment: string;
  readonly reads: Readonly<Record<string, never>>;
  /** The ways, by their names. */
  readonly blocks: Readonly<Record<string, Block>>;
}

/** A loop: each round receives the result of the last one, until a condition holds. */
export interface RepeatNode extends NodeBase {
  readonly kind: "repeat";
  readonly segment: string;
  readonly reads: { readonly initial: Expression; readonly until: Expression };
  readonly blocks: { readonly body: Block };
  readonly most: number;
  readonly otherwise: "fail" | "continue";
}

/** A pause, for a duration or until a time. */
export interface SleepNode extends NodeBase {
  readonly kind: "sleep";
  readonly reads: { readonly length: Expression } | { readonly until: Expression };
  readonly blocks: NoBlocks;
}

/** One use of a step. */
export interface StepNode extends NodeBase {
  readonly kind: "step";
  readonly spec: StepSpec;
  readonly undo: StepSpec | undefined;
  /** The role that decides a doubt. */
  readonly asks: string;
  /** Whether it has a message of its own, although its neighbours share one. */
  readonly apart: boolean;
  readonly reads: { readonly input: Expression };
  readonly blocks: { readonly fallback?: Block };
}

/** A wait for an event from outside, or for a signal to the run itself. */
export interface WaitNode extends NodeBase {
  readonly kind: "wait";
  readonly segment: string;
  readonly event: EventContract;
  readonly reads: {
    readonly key: Expression;
    /** The timeout. */
    readonly within?: Expression;
  };
  readonly blocks: NoBlocks;
  /** What happens if no event arrived by then. */
  readonly otherwise: "fail" | "continue" | undefined;
  /** Whether it is addressed to the run: its key is the run's id. */
  readonly signal: boolean;
}

/** Nodes that exist together: a whole workflow, a branch, the body of an `each`. */
export interface Block {
  readonly nodes: readonly Node[];
  /** The block's output. */
  readonly value: Expression;
  /** Undefined without nodes. */
  readonly order: Order | undefined;
}

/** The nodes of a block, by name. */
export type Nodes = ReadonlyMap<string, Node>;

/** The order in which a block's nodes run. */
export type Order =
  | { readonly kind: "node"; readonly node: string }
  | { readonly kind: "sequence"; readonly parts: readonly Order[] }
  | { readonly kind: "parallel"; readonly parts: readonly Order[] }
  | GroupOrder
  /** Delays a node until one in another branch is done. */
  | { readonly kind: "wait"; readonly on: string; readonly before: string }
  /** Signals to other branches that a node is done, with its result if one of them reads it. */
  | { readonly kind: "signal"; readonly of: string; readonly carries: boolean };

/** Steps of a pool in one message, each after those that must be done before it begins. */
export interface GroupOrder {
  readonly kind: "group";
  readonly nodes: readonly string[];
  /** Absent if they run one after another. */
  readonly graph?: {
    /** For each node, the positions of those that directly precede it. */
    readonly after: readonly (readonly number[])[];
    readonly order: Order;
  };
}
