import type { Burst } from "../../../lib/contract/items/key-queue.ts";
import type { Arrival } from "./burst.ts";

/** The runs of one key as the table has them, each epoch by the name of its execution. */
export interface KeyQueue {
  /** Undefined before the first write. */
  revision: number | undefined;
  running: string[];
  passed: string[];
  /** The first in line, oldest event first. */
  queued: Arrival[];
  /** When the runs of the last period got their places, oldest first, in epoch milliseconds; empty where starts are not limited. */
  starts: number[];
  /** Epoch milliseconds for which a reminder was sent, since then the next run may start. */
  lookAt?: number | undefined;
  burst?: Burst | undefined;
}

/** The per-key queues of a workflow, by key. */
export interface KeyQueues {
  /** The per-key queue, read consistently. */
  read(key: string): Promise<KeyQueue>;
  /** Puts a run into the line; twice is once. */
  queue(key: string, arrival: Arrival): Promise<void>;
  /** Takes a run out of the line. */
  unqueue(key: string, arrival: Arrival): Promise<void>;
  /** Writes who holds a place, who is passed over, the starts, and the burst. Answers false where the per-key queue has changed since it was read. */
  write(key: string, keyQueue: Omit<KeyQueue, "queued">): Promise<boolean>;
}

/** Reminders to this workflow's own intake. */
export interface Reminders {
  /** Has a per-key queue looked at again, at `at` (epoch milliseconds) at the latest after a chain of shorter delays. */
  lookAgain(key: string, at: number): Promise<void>;
}

/** Whether a workflow takes up new runs. */
export interface Admissions {
  /** Read consistently; with `recent`, the answer may be a second old. */
  open(workflow: string, options?: { recent?: boolean }): Promise<boolean>;
}
