import type { BusEvent } from "./envelope.ts";
import type { Direction } from "./keys.ts";

/** What every message, log line and event of a run carries. Travels in the execution's input. */
export interface RunReference {
  /** Also the name of the execution. */
  id: string;
  workflow: string;
  /** 1, and one more for each retry of the whole run. */
  epoch: number;
  /** The epoch that was restarted: it reuses no earlier result. @default 1 */
  anew?: number | undefined;
  /** Content version of the definition that the run started on. */
  version: string;
  /** The event that started it. */
  event: string;
  correlation: string;
  /** Hops of the event that started it. */
  hops: number;
  traceparent?: string | undefined;
}

/** Input of an execution. */
export interface ExecutionInput {
  run: RunReference;
  /** Payload of the event that started the run. */
  event: Record<string, unknown>;
}

/** Which entry of a state a message comes from. Of two messages of one path, the later entry is the one that counts. */
export interface Entry {
  /** ISO time at which the state was entered: a loop, a redrive or a person's "again" enters it again. */
  entered: string;
  /** 1 for the first try after that. */
  attempt: number;
}

/** What a state machine sends to a step's queue. Written by the compiler, read by the worker. */
export interface StepMessage extends Entry {
  taskToken: string;
  run: RunReference;
  step: string;
  /** Where in the workflow: node names, map indexes and loop rounds, "draw-scene[3]". Part of the claim's key. */
  path: string;
  /** "undo" where the effect of this path is to be compensated: then `input` is null, since the claim has kept it. */
  direction: Direction;
  input: unknown;
  /**
   * Fields of the result that the state machine itself looks at. "scenes" is a field with all that is in it, "scenes[]"
   * a list of which only the items are counted and walked through, "scenes[].kind" a field of each item, "" the whole.
   */
  reads: string[];
  /** Whether the workflow has a fallback if the downstream's breaker is open. */
  fallback: boolean;
  /** Name of the step that undoes the effect. */
  undo?: string | undefined;
  /** Content version of the state machine that sent it, where that may be another than the one the run was accepted for. */
  version?: string | undefined;
  /** How often the message has been deferred, where it has. */
  deferred?: number | undefined;
}

/** What a rule sends to a reaction's queue, and what is sent there again after it was deferred. */
export interface ReactionMessage extends BusEvent {
  /** How often the message has been deferred, where it has. */
  deferred?: number | undefined;
  /** Epoch milliseconds at which it came into the queue first, where it has been deferred. */
  sent?: number | undefined;
  /** Id of the handling that was deferred: what was too large for the table lies under its part of the bucket. */
  handling?: string | undefined;
}

/** What a state machine sends to the queue of waits. */
export type WaitMessage = WaitForEvent | WaitForSignal | Signal | CallChild | CancelOn;

interface Waiting extends Entry {
  taskToken: string;
  run: RunReference;
  path: string;
}

/** Answers the token with the payload of the event of this name and key, whether it came before or comes after. */
export interface WaitForEvent extends Waiting {
  kind: "event";
  event: string;
  key: string;
}

/** Answers the token with what the node at path `of` signals, in the same run and epoch. */
export interface WaitForSignal extends Waiting {
  kind: "signalled";
  of: string;
}

/** A node that other branches wait for is done. Answers every wait on its path: what is done stays done. */
export interface Signal {
  kind: "signal";
  run: RunReference;
  path: string;
  value: unknown;
}

/** Starts a run of another workflow; answers the token, where there is one, with how that run ends. */
export interface CallChild extends Omit<Waiting, "taskToken"> {
  kind: "child";
  taskToken?: string | undefined;
  workflow: string;
  /** The event that the other workflow starts on. */
  event: string;
  version: number;
  payload: Record<string, unknown>;
  /** How often the message has been deferred, where it has. */
  deferred?: number | undefined;
  /** Fields of the output that the calling state machine itself looks at, as in `StepMessage`. */
  reads: string[];
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
  /** 1 for the first call, 2 after the first stayed unanswered. */
  level: number;
  /** Milliseconds until silence has its consequence; absent where the workflow's deadline is the only limit. */
  within?: number | undefined;
  /** What happens on the timeout. Absent where there is none. */
  otherwise?: "escalate" | "reject" | "approve" | undefined;
  /** The state that asked has timed out: the timeout is the answer, unless there is another. */
  over?: true | undefined;
  /** How often the message has been deferred. */
  deferred?: number | undefined;
  /** The reason of an escalation: why the workflow could not decide. */
  why?: string | undefined;
  /** What there is to see. */
  show: Record<string, unknown>;
}

/** A person's answer, as the workflow reads it. */
export interface ApprovalDecision {
  approved: boolean;
  decidedBy: string;
  note?: string | undefined;
}

/** Input of an execution that compensates a run. */
export interface CompensationInput {
  run: RunReference;
  /** What is to be undone, in this order. */
  undos: Undo[];
}

/** An effect of a run that is to be undone. */
export interface Undo {
  /** Of the effect, which need not be the run's last. */
  epoch: number;
  path: string;
  /** Name of the step that undoes it. */
  step: string;
}

/** Output of an execution that compensates a run. */
export interface CompensationOutput {
  /** What could not be undone, after all tries. */
  failed: (Pick<Undo, "epoch" | "path"> & { error: string; cause: string })[];
}
