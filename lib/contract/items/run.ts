import type { BudgetState } from "../budget.ts";
import type { Envelope } from "../envelope.ts";
import type { Item, Order } from "./item.ts";

/**
 *     accepted ──▶ running ──▶ closing ──▶ compensating ──▶ succeeded, failed, timed-out or terminated
 *
 * accepted: its identity is taken, its execution not started. closing: nothing starts any more, what has not finished
 * is being sealed. compensating: what was done is being undone, where there is something to undo.
 */
export const OPEN_STATUSES = ["accepted", "running", "closing", "compensating"] as const;
export const ENDED_STATUSES = ["succeeded", "failed", "timed-out", "terminated"] as const;
export type EndedStatus = (typeof ENDED_STATUSES)[number];
export type RunStatus = (typeof OPEN_STATUSES)[number] | EndedStatus;

/** How a run ended. */
export interface RunEnd {
  status: EndedStatus;
  output?: unknown;
  failure?: { error: string; cause: string } | undefined;
}

/** How far what a run did is undone, over all its epochs. */
export interface Compensation {
  /** Executions begun for it so far. */
  round: number;
  /** Whether the end of the last one is still to be looked at. */
  open: boolean;
  undone: number;
  /** Undos that were given up. */
  failed: number;
}

/** Where a run is stuck: at a path, by a dead letter, since an ISO time. */
export interface Stuck {
  path: string;
  deadLetter: string;
  at: string;
  reason: string;
  /** Where else it is stuck, in parallel; at most 49 places. */
  also?: Omit<Stuck, "also">[] | undefined;
}

/** A run: the claim of its identity, and where it stands. */
export interface RunItem extends Item {
  kind: "run";
  run: string;
  workflow: string;
  epoch: number;
  /** Content version of the definition that it runs on. */
  version: string;
  status: RunStatus;
  /** The event's envelope without its payload, which stands in `input`. */
  event: Omit<Envelope, "data">;
  /** Digest of the payload, to tell a repetition from a contradiction. */
  payload: string;
  /** Input of the execution, byte for byte. */
  input: string;
  /** What it is about, where its workflow orders or limits runs by that. */
  key?: string | undefined;
  /** The step of another run that called it. */
  parent?: { run: string; epoch: number; path: string } | undefined;
  /** Accepted, and not started because its workflow is paused. */
  held?: "paused" | undefined;
  /** ISO time at which intake was last told to take it up, after it had been held back or lost. */
  released?: string | undefined;
  execution?: string | undefined;
  acceptedAt: string;
  /** What its steps have cost, and may still cost. */
  budget?: BudgetState | undefined;
  /** While it stands, no step begins. */
  paused?: Order | undefined;
  /** Who ended the last pause. */
  resumed?: Order | undefined;
  terminated?: Order | undefined;
  /** Who had it tried again from the failed step: that began this epoch. */
  retried?: Order | undefined;
  /** Who had its event replayed, with everything done once more: that began this epoch. */
  replayed?: Order | undefined;
  /** That epoch: what earlier ones did is neither reused nor undone from then on. */
  anew?: number | undefined;
  /** A message of it was given up: it goes on when that is sent again, and fails where it is discarded. */
  stuck?: Stuck | undefined;
  /** Who last settled the only message that it was stuck by. */
  unstuck?: Order | undefined;
  /** How its execution ended, while it is being compensated. */
  ending?: RunEnd | undefined;
  compensation?: Compensation | undefined;
  endedAt?: string | undefined;
  output?: unknown;
  failure?: { error: string; cause: string } | undefined;
  list: string;
  listedAt: string;
  /** Index partitions by workflow and standing, and by workflow and key. See `indexesOf`. */
  found?: string | undefined;
  keyed?: string | undefined;
  /** Of one that ended badly: what it is looked for by. See `indexesOf`. */
  error?: string | undefined;
  failedStep?: string | undefined;
  /** Where in the index of what is due it lies: open, held back, or ended; and the ISO time at which it is looked at. */
  due?: string | undefined;
  dueAt?: string | undefined;
}
