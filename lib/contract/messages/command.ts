import type { ItemKey } from "../keys/item-key.ts";
import type { SettingValue } from "../settings/setting.ts";
import type { ApprovalMessage } from "./approval-message.ts";
import type { StepMessage } from "./message.ts";
import type { WaitMessage } from "./wait-message.ts";

/** Maximum length of the idempotency key of a command, and of an event that is sent. */
export const LONGEST_KEY = 200;

/** What the control function accepts, through its queue or by invocation. */
export type ControlMessage = Command | Wake | SendMissing | Release | LookAgain | ResolveBatch;

/** A command of an operator or a program. */
export type Command =
  | StartRun
  | ChangeRun
  | ChangeSubscriber
  | ForceBreaker
  | ChangeSettings
  | ResolveEvent
  | ResolveDeadLetters
  | Replay
  | CancelReplay;

interface CommandBase {
  /** The operator or program that sends it. */
  by: string;
  why: string;
  /** Idempotency key: the same command under the same key is carried out once. */
  key: string;
}

export interface StartRun extends CommandBase {
  action: "start";
  target: { workflow: string };
  /** The event that the workflow starts on, as if it had been published. */
  event: string;
  version: number;
  payload: Record<string, unknown>;
}

export interface ChangeRun extends CommandBase {
  action: "pause" | "resume" | "terminate" | "retry";
  target: { run: string };
  /**
   * The epoch for which it is meant, as the operator saw it: in another epoch, the command is refused.
   * @default the current one
   */
  epoch?: number | undefined;
}

/** `drain` admits nothing new, and admitted work continues; `pause` also starts no step. */
export interface ChangeSubscriber extends CommandBase {
  action: "pause" | "resume" | "drain";
  target: { workflow: string } | { subscriber: string };
}

export interface ForceBreaker extends CommandBase {
  action: "force";
  target: { breaker: string };
  /** `auto`: it decides automatically again. */
  state: "open" | "closed" | "auto";
}

/** Sets values in place of those of a definition, or returns to earlier ones. */
export interface ChangeSettings extends CommandBase {
  action: "set";
  target: { workflow: string } | { subscriber: string } | { breaker: string } | { limit: string };
  /** By the setting's name; null returns to the definition's value. */
  values?: Record<string, SettingValue | null> | undefined;
  /** In place of `values`: the revision whose values are to apply again; 0 for the definition's. */
  restore?: number | undefined;
  /** The revision that the operator saw: if there is a later one, the command is refused. @default any */
  revision?: number | undefined;
}

/** Releases a quarantined event to its subscriber, or discards it. */
export interface ResolveEvent extends CommandBase {
  action: "release-event" | "discard-event";
  /** Its id in quarantine. */
  target: { quarantine: string };
  /** Replaces the payload. @default unchanged */
  payload?: Record<string, unknown> | undefined;
  /** Contract version of the payload. @default unchanged */
  version?: number | undefined;
}

/** Redrives or discards dead letters. */
export interface ResolveDeadLetters extends CommandBase {
  action: "redrive" | "discard";
  /** One by its id, all of a subscriber, or all. */
  target: { deadLetter: string } | { subscriber: string } | { all: "dead-letters" };
  /** Replaces the message; only for a single dead letter. @default unchanged */
  body?: string | undefined;
  /** Messages per second. @default 10 */
  rate?: number | undefined;
}

/** Delivers archived events again. */
export interface Replay extends CommandBase {
  action: "replay";
  /** One subscriber, or all; or the event of one run, to its workflow. */
  target: { subscriber: string } | { all: "subscribers" } | { run: string };
  /** ISO times of the range in which the events were published. Not for a run. */
  from?: string | undefined;
  to?: string | undefined;
  /** Names of the events. @default all events of the subscribers */
  events?: string[] | undefined;
  /** Restarts completed work, as a new epoch. @default completed work is skipped */
  again?: boolean | undefined;
  /** Dry run: only counts outcomes. @default false */
  dry?: boolean | undefined;
}

/** Cancels a replay; delivered events stay delivered. */
export interface CancelReplay extends CommandBase {
  action: "cancel";
  target: { replay: string };
}

/** A deferred message is due. */
interface Wake {
  action: "wake";
  key: ItemKey;
}

/** Sends a message again that a run waits for and that is lost. */
export interface SendMissing {
  action: "send-missing";
  queueUrl: string;
  message: StepMessage | ApprovalMessage | WaitMessage;
  /** ISO time at which its state was entered. */
  since: string;
}

/** Sends the messages back that were deferred by a pause, in batches. */
export interface Release {
  action: "release";
  target: { run: string } | { workflow: string } | { subscriber: string };
  /** Number of passes: an index may not contain the latest deferred items yet. */
  looks: number;
}

/** Has intake look at the runs of a workflow that wait for their turn, in batches: its limits have changed. */
export interface LookAgain {
  action: "look";
  workflow: string;
  /** Those that wait for a place in this shared limit. @default those that wait in a per-key queue */
  limit?: string | undefined;
  /** ISO time of the change. */
  since: string;
  /** Number of passes: an index may not contain the latest runs yet. */
  looks: number;
}

/** Resolves the dead letters of a subscriber, or all, in batches. */
export interface ResolveBatch {
  action: "resolve-some";
  order: ResolveDeadLetters;
  /** ISO time of the command: what is dead-lettered later stays. */
  until: string;
  /** Number of passes: an index may not contain the latest dead letters yet. */
  looks: number;
  /** Ids of those that could not be resolved. They stay listed. */
  failed: string[];
}

export interface CommandOutcome {
  done: boolean;
  /** What was done, or what is wrong and what to do. */
  says: string;
  /** The run of the command. */
  run?: string | undefined;
  /** The revision of the settings that the command made. */
  revision?: number | undefined;
  /** The replay that was started. */
  replay?: string | undefined;
}
