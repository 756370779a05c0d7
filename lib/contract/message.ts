import type { BusEvent } from "./envelope.ts";
import type { ExpressMessage } from "./express.ts";
import type { StepGroup } from "./group.ts";
import type { Direction } from "./keys.ts";
import type { Quorum } from "./quorum.ts";
import type { RunSettings } from "./settings/stored.ts";
import type { SwitchValues } from "./switches.ts";

/** The fields of every message, log line and event of a run. They are part of the execution's input. */
export interface RunReference {
  /** Also the name of the execution. */
  id: string;
  workflow: string;
  /** 1, and one more for each retry of the whole run. */
  epoch: number;
  /** The epoch that was restarted: it reuses no earlier result. @default 1 */
  restarted?: number | undefined;
  /** Content version of the definition on which the run started. */
  version: string;
  /** The event that started it. */
  event: string;
  correlation: string;
  /** Hops of the event that started it. */
  hops: number;
  traceparent?: string | undefined;
  /** Whether it was accepted to run without an execution: then claims of an epoch may be older than its execution. */
  express?: true | undefined;
  /** The settings that operators had changed when it was accepted. */
  settings?: RunSettings | undefined;
  /** The feature switches of its workflow, as they were then; absent if there are none. */
  switches?: SwitchValues | undefined;
}

/** Input of an execution. */
export interface ExecutionInput {
  run: RunReference;
  /** Payload of the event that started the run. */
  event: Record<string, unknown>;
}

/**
 * The state entry from which a message comes. Of two messages of one path, that of the later entry counts.
 */
export interface Entry {
  /** ISO time at which the state was entered: a loop, a redrive or a person's "again" enters it again. */
  entered: string;
  /** 1 for the first attempt after that. */
  attempt: number;
  /** The same for the group, if the step belongs to one: `attempt` is then the step's own. */
  groupAttempt?: number | undefined;
}

/** What a state machine sends to a step's queue. Written by the compiler, read by the worker. */
export interface StepMessage extends Entry {
  taskToken: string;
  run: RunReference;
  step: string;
  /** Where in the workflow: node names, map indexes and loop rounds, "draw-scene[3]". Part of the claim's key. */
  path: string;
  /**
   * "undo" if the effect of this path is to be compensated: then `input` is null, since the claim contains
   * it.
   */
  direction: Direction;
  input: unknown;
  /**
   * Fields of the result that the state machine itself reads. "scenes" is a field with everything in it,
   * "scenes[]" a list whose items are only counted and iterated, "scenes[].kind" a field of each item, "" the
   * whole. "scene.{}", with `resultLimit` only, is an object that must stay one, since a field of it is
   * passed on.
   */
  reads: string[];
  /** Maximum bytes of the result, if it is part of a list of results. */
  resultLimit?: number | undefined;
  /** Whether the workflow has a fallback if the downstream's breaker is open. */
  fallback: boolean;
  /** Name of the step that undoes the effect. */
  undo?: string | undefined;
  /**
   * The steps of a group's message. The message is sent to the queue of the first step: `step` and `path` are
   * those of the first, and `input` is null.
   */
  group?: StepGroup | undefined;
  /** Its position, once the worker has taken it out of the group. */
  position?: number | undefined;
  /** Sort key of the item that contains its claim, if it is the item of an earlier step; see `ClaimKey`. */
  within?: string | undefined;
  /**
   * Content version of the state machine that sent it, if that may differ from the version for which the run
   * was accepted.
   */
  version?: string | undefined;
  /** How often the message has been deferred, if at all. */
  deferred?: number | undefined;
  /** In a run without an execution: no state waits for an answer, and `taskToken` is empty. */
  express?: ExpressMessage | undefined;
}

/** What a rule sends to a reaction's queue, and what is sent there again after a deferral. */
export interface ReactionMessage extends BusEvent {
  /** How often the message has been deferred, if at all. */
  deferred?: number | undefined;
  /** Epoch milliseconds at which it first entered the queue, if it has been deferred. */
  sent?: number | undefined;
  /**
   * Id of the deferred reaction run: values that were too large for the table are under its prefix in the
   * bucket.
   */
  handling?: string | undefined;
}

/** What a state machine sends to the queue of waits. */
export type WaitMessage =
  | WaitForEvent
  | WaitForSignal
  | Signal
  | DecideRace
  | CallChild
  | CancelOn
  | ListMessage;

/** What a state machine requests for a list that is longer than its own state allows. */
export type ListMessage = SplitList | KeepPart | FailPart | JoinParts | FailList;

interface Waiting extends Entry {
  taskToken: string;
  run: RunReference;
  path: string;
}

/**
 * Answers the token with the payload of the event of this name and key, whether it came before or comes
 * after.
 */
export interface WaitForEvent extends Waiting {
  kind: "event";
  event: string;
  key: string;
}

/** Answers the token with the value that the node at path `of` signals, in the same run and epoch. */
export interface WaitForSignal extends Waiting {
  kind: "signalled";
  of: string;
}

/**
 * A node for which other branches wait is done. Answers every wait on its path: a completed node stays
 * completed.
 */
export interface Signal {
  kind: "signal";
  run: RunReference;
  path: string;
  value: unknown;
}

/**
 * Records which way of a race has won, so that nothing of the others begins any more and what they did is
 * undone. Answers the token with what the winner signals.
 */
export interface DecideRace extends Waiting {
  kind: "race";
  /** The way that has ended the race's state. */
  winner: string;
}

/** Starts a run of another workflow; answers the token, if there is one, with that run's end. */
export interface CallChild extends Omit<Waiting, "taskToken"> {
  kind: "child";
  taskToken?: string | undefined;
  workflow: string;
  /** The event that starts the other workflow. */
  event: string;
  version: number;
  payload: Record<string, unknown>;
  /** How often the message has been deferred, where it has. */
  deferred?: number | undefined;
  /** Fields of the output that the calling state machine itself reads, as in `StepMessage`. */
  reads: string[];
  /** Maximum bytes of the output, as in `StepMessage`. */
  resultLimit?: number | undefined;
}

/** Stores a list in parts, each of which has an execution of its own. Answers a `SplitAnswer`. */
export interface SplitList extends Waiting {
  kind: "split list";
  /** Or a reference to it. */
  list: unknown;
  /** Name of the list's `each`, for messages. */
  each: string;
  /** The maximum length of the list. */
  most: number;
  /** Maximum number of items of a part. */
  size: number;
  /** What must stay in an item, as in `StepMessage`. */
  reads: string[];
}

/** Where the parts are stored, as a JSON list of `ListPart`. */
export interface SplitAnswer {
  count: number;
  bucket: string;
  key: string;
}

export interface ListPart {
  /** Index of its first item in the whole list. */
  first: number;
  items: unknown[];
}

/** Stores the results of a part. Answers a `KeptPart`. */
export interface KeepPart extends Waiting {
  kind: "keep part";
  /** Of items of which some may fail, `{ result }` or `{ failed: true, error }`. */
  results: unknown[];
  tolerant: boolean;
}

/** The results of a part, as JSON text in the bucket. */
export interface KeptPart {
  sha256: string;
  bytes: number;
  items: number;
  /** How many items failed, and the error of the first. */
  failed: number;
  error?: string | undefined;
}

/** Stores why an item failed, for the list as a whole, and fails its part. */
export interface FailPart extends Waiting {
  kind: "fail part";
  error: string;
  cause: string;
}

/** Answers a reference to the results of all parts as one list, or fails if too many items failed. */
export interface JoinParts extends Waiting {
  kind: "join parts";
  each: string;
  parts: KeptPart[];
  /** How many items may fail: a number, or a share of the list as in "25%". */
  tolerance?: number | string | undefined;
}

/** Fails with the error of the item that failed first, or with the given one if that is unknown. */
export interface FailList extends Waiting {
  kind: "fail list";
  error: string;
  cause: string;
}

/** From now on, an event of this name and key terminates the run. */
export interface CancelOn {
  kind: "cancel-on";
  run: RunReference;
  event: string;
  key: string;
}

/** What a state machine sends when a person has to decide. */
export interface ApprovalMessage extends Entry {
  taskToken: string;
  run: RunReference;
  /** Who is asked: "editor". */
  approval: string;
  path: string;
  /** 1 for the first request, 2 after the first had no answer. */
  level: number;
  /** Milliseconds until the timeout; absent if the workflow's deadline is the only limit. */
  within?: number | undefined;
  /** What happens on the timeout. Absent where there is none. */
  otherwise?: "escalate" | "reject" | "approve" | undefined;
  /** The state that asked has timed out: the timeout is the decision, unless there is another. */
  over?: true | undefined;
  /** How often the message has been deferred. */
  deferred?: number | undefined;
  /** The reason of an escalation: why the workflow could not decide. */
  why?: string | undefined;
  /** How many people decide; absent if the first answer does. */
  quorum?: Quorum | undefined;
  /** Who requested the decision, and may not make it. Absent if not declared. */
  requestedBy?: string | undefined;
  /** What the person sees. */
  show: Record<string, unknown>;
}

/** A person's decision, as the workflow reads it. */
export interface ApprovalDecision {
  approved: boolean;
  decidedBy: string;
  note?: string | undefined;
}

/** Input of an execution that compensates a run. */
export interface CompensationInput {
  run: RunReference;
  /** The effects to undo, in this order. */
  undos: Undo[];
}

/** An effect of a run that is to be undone. */
export interface Undo {
  /** The epoch of the effect, which need not be the run's last. */
  epoch: number;
  path: string;
  /** Name of the step that undoes it. */
  step: string;
}

/** Output of an execution that compensates a run. */
export interface CompensationOutput {
  /** Effects that could not be undone in any attempt. */
  failed: (Pick<Undo, "epoch" | "path"> & { error: string; cause: string })[];
}
