import type { Burst } from "../../../lib/contract/items/key-queue.ts";
import type { StoredSettings } from "../../../lib/contract/settings/stored.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { Arrival } from "./burst.ts";

/** The runs of one key as the table has them, each epoch by the name of its execution. */
export interface KeyQueue {
  /** Undefined before the first write. */
  revision: number | undefined;
  running: string[];
  passed: string[];
  /** The first in the queue, oldest event first. */
  queued: Arrival[];
  /**
   * When the runs of the last period got their slots, oldest first, in epoch milliseconds; empty if starts
   * are not limited.
   */
  starts: number[];
  /** Epoch milliseconds for which a reminder was sent, since the next run may start then. */
  lookAt?: number | undefined;
  burst?: Burst | undefined;
}

/** The per-key queues of a workflow, by key. */
export interface KeyQueues {
  /** The per-key queue, read consistently. */
  read(key: string): Promise<KeyQueue>;
  /** Adds a run to the queue. Idempotent. */
  queue(key: string, arrival: Arrival): Promise<void>;
  /** Removes a run from the queue. */
  unqueue(key: string, arrival: Arrival): Promise<void>;
  /**
   * Writes the slots, the replaced runs, the starts and the burst. Answers false if the per-key queue has
   * changed since it was read.
   */
  write(key: string, keyQueue: Omit<KeyQueue, "queued">): Promise<boolean>;
  /**
   * The same, while these runs are held back: it also answers false if one of them was released, which may have found
   * its slot and started.
   */
  writeWhileHeld(key: string, keyQueue: Omit<KeyQueue, "queued">, runs: readonly HeldRun[]): Promise<boolean>;
}

/** An epoch of a run that a pause or drain of its workflow holds back. */
export type HeldRun = Pick<RunItem, "run" | "epoch">;

/** Reminders to this workflow's own intake. */
export interface Reminders {
  /**
   * Has a per-key queue checked again at `at` (epoch milliseconds) at the latest, if necessary by a chain of
   * shorter delays.
   */
  lookAgain(key: string, at: number): Promise<void>;
  /** The same for a lane of the workflow's shared limit. */
  lookAtLane(lane: string, at: number): Promise<void>;
}

/** What operators decided about a workflow: whether it admits new runs, and under which settings. */
export interface Admissions {
  /** Read consistently; with `recent`, the answer may be a second old. */
  open(workflow: string, options?: { recent?: boolean }): Promise<boolean>;
  /** The settings that operators have changed; the answer may be a second old. */
  settings(workflow: string): Promise<StoredSettings | undefined>;
}
