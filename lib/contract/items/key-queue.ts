import type { Item } from "./item.ts";

/** The per-key queue: the runs that hold a slot, and the current burst. */
export interface KeyQueueItem extends Item {
  kind: "key-queue";
  workflow: string;
  key: string;
  /** Names of the executions that hold a slot: a retried run needs another. */
  running: string[];
  /**
   * Executions that will not run, and whose end may not be written yet: skipped ones, and all but the last of
   * a burst.
   */
  passed: string[];
  burst?: Burst | undefined;
  /** When the runs of the last period got their slots, in epoch milliseconds. */
  starts?: number[] | undefined;
  /** Epoch milliseconds for which a reminder was sent, since then the next run may start. */
  lookAt?: number | undefined;
}

/** Events of one key in quick succession. */
export interface Burst {
  /** The execution of the last event's run. */
  execution: string;
  /** Orders events: time and id. */
  order: string;
  /** Epoch milliseconds at which the first event arrived. */
  began: number;
  /** Epoch milliseconds at which it is considered over. */
  due: number;
}

/** A run's entry in the queue of its key. */
export interface QueueEntryItem extends Item {
  kind: "queued";
  execution: string;
}
