import type { BudgetState } from "../budget.ts";
import type { Envelope } from "../envelope.ts";
import type { RunSettings } from "../settings/stored.ts";
import type { LimitOfRun } from "../shared-limit.ts";
import type { SwitchValues } from "../switches.ts";
import type { ArrivedEvent } from "./delivery.ts";
import type { Item, OperatorAction } from "./item.ts";

/**
 *     accepted ──▶ running ──▶ closing ──▶ compensating ──▶ succeeded, failed, timed-out or terminated
 *
 * accepted: its identity is claimed, its execution not started. closing: nothing starts any more, unfinished
 * effects are being sealed. compensating: completed effects are being undone, if there are any.
 */
export const OPEN_STATUSES = ["accepted", "running", "closing", "compensating"] as const;
export const ENDED_STATUSES = ["succeeded", "failed", "timed-out", "terminated"] as const;
export type EndedStatus = (typeof ENDED_STATUSES)[number];
export type RunStatus = (typeof OPEN_STATUSES)[number] | EndedStatus;

/** Whether a run of this status has ended. */
export function isEnded(status: string): status is EndedStatus {
  return (ENDED_STATUSES as readonly string[]).includes(status);
}

/** Whether a run of this status may begin steps: it has not ended, and nothing has begun to end it. */
export function isActive(status: RunStatus): boolean {
  return status === "accepted" || status === "running";
}

/** How a run ended. */
export interface RunEnd {
  status: EndedStatus;
  output?: unknown;
  failure?: { error: string; cause: string } | undefined;
}

/** Progress of a run's compensation, over all its epochs. */
export interface Compensation {
  /** Executions started for it so far. */
  round: number;
  /** Whether the end of the last one is not handled yet. */
  open: boolean;
  undone: number;
  /** Undos that failed. */
  failed: number;
}

/** Where a run is stuck: the path, the dead letter, and the ISO time. */
export interface Stuck {
  path: string;
  deadLetter: string;
  at: string;
  reason: string;
  /** Further places where it is stuck, in parallel; at most 49. */
  also?: Omit<Stuck, "also">[] | undefined;
}

/** What is known about an epoch that was started without an execution. */
export interface ExpressRun {
  /** ISO time of its deadline. */
  until: string;
  /** ISO time from which an execution takes over if the run has no outcome. */
  check?: string | undefined;
  /** Why an execution took over, if one did. */
  handedOver?: string | undefined;
}

/** A run: the claim of its identity, and its current state. */
export interface RunItem extends Item {
  kind: "run";
  run: string;
  workflow: string;
  epoch: number;
  /** Content version of the definition on which it runs. */
  version: string;
  status: RunStatus;
  /** The event's envelope without its payload, which is in `data`. */
  event: Omit<Envelope, "data">;
  /** Of a run that a batch started: its events. `event` is then one that describes the batch. */
  events?: ArrivedEvent[] | undefined;
  /** Digest of the payload, which distinguishes a duplicate from a contradiction. */
  payload: string;
  /** The event's payload as it travels, as JSON. With the rest of the item it is the execution's input: see `executionInput`. */
  data?: string | undefined;
  /** Of a run that an earlier version accepted, in place of `data`: the input of its execution. */
  input?: string | undefined;
  /** The key, if its workflow limits or orders runs by key. */
  key?: string | undefined;
  /** The shared limit of its workflow, and the key under which it is counted. */
  limit?: LimitOfRun | undefined;
  /** The settings that operators had changed when it was accepted. It keeps them in all epochs. */
  settings?: RunSettings | undefined;
  /** The feature switches of its workflow, as they were then. */
  switches?: SwitchValues | undefined;
  /** The person who started it by the API, the console or the command line. */
  startedBy?: string | undefined;
  /** The step of another run that called it. */
  parent?: { run: string; epoch: number; path: string } | undefined;
  /** Accepted, and not started because its workflow is paused. */
  held?: "paused" | undefined;
  /** ISO time of the last request to intake to start it, after it was held or lost. */
  released?: string | undefined;
  /** Absent without an execution: before it starts, and for an express run that was not handed over. */
  execution?: string | undefined;
  /** Of an epoch that was started without an execution. */
  express?: ExpressRun | undefined;
  /**
   * Set while its acceptance is not yet published, because it starts at once. The relay is not invoked for it. It publishes it
   * with the change that removes this.
   */
  publishedUpTo?: 0 | undefined;
  /** If its execution succeeds, every effect is done and every question is answered: nothing is left to seal. */
  leavesNothing?: true | undefined;
  acceptedAt: string;
  /** Milliseconds within which each epoch has to start. */
  startWithin?: number | undefined;
  /** Milliseconds that each epoch may run, if a setting allows less than the definition. */
  deadline?: number | undefined;
  /** ISO time at which that is over, of an epoch that has an execution. */
  until?: string | undefined;
  /** Seconds by which it is moved ahead of the other waiting runs of its key. */
  priority?: number | undefined;
  /** What its steps have cost, and may still cost. */
  budget?: BudgetState | undefined;
  /** While set, no step starts. */
  paused?: OperatorAction | undefined;
  /** The operator action that ended the last pause. */
  resumed?: OperatorAction | undefined;
  terminated?: OperatorAction | undefined;
  /** The operator action that retried it from the failed step: this started the epoch. */
  retried?: OperatorAction | undefined;
  /** The operator action that restarted it by replaying its event: this started the epoch. */
  replayed?: OperatorAction | undefined;
  /** Keys of the last actions that restarted it: each does so once. */
  replays?: string[] | undefined;
  /** The restarted epoch: results of earlier ones are neither reused nor undone from then on. */
  restarted?: number | undefined;
  /** A message of it was dead-lettered: the run continues if it is redriven, and fails if it is discarded. */
  stuck?: Stuck | undefined;
  /** The operator action that resolved its last dead letter. */
  unstuck?: OperatorAction | undefined;
  /** How its execution ended, while it is being compensated. */
  ending?: RunEnd | undefined;
  compensation?: Compensation | undefined;
  endedAt?: string | undefined;
  output?: unknown;
  failure?: { error: string; cause: string } | undefined;
  list: string;
  listedAt: string;
  /** What it is about, as lists show and search it: its key, or the identity of its event. */
  about?: string | undefined;
  /** Index partitions by workflow and status, and by workflow and key. See `indexesOf`. */
  found?: string | undefined;
  /** Only of a run with a key: from an identity, the run's id follows. */
  keyed?: string | undefined;
  /** Of a failed run: its search attributes. See `indexesOf`. */
  error?: string | undefined;
  failedStep?: string | undefined;
  /**
   * Its position in the index of due items: open, held back, or ended; and the ISO time of its check. None while it is young
   * and needs no early check.
   */
  due?: string | undefined;
  dueAt?: string | undefined;
}
