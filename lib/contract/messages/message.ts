import type { BusEvent } from "../envelope.ts";
import type { ExpressMessage } from "../groups/express.ts";
import type { SentGroup } from "../groups/grouped-list.ts";
import type { Direction } from "../keys/claim.ts";
import type { RunSettings } from "../settings/stored.ts";
import type { SwitchValues } from "../switches.ts";

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
   * those of the first, or `path` is that of the list, and `input` is null.
   */
  group?: SentGroup | undefined;
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

/** A message of a state that waits for an answer to its token. */
export interface Waiting extends Entry {
  taskToken: string;
  run: RunReference;
  path: string;
}
