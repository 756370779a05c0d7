import type { ItemKey } from "../../../lib/contract/keys.ts";
import type { ParkedItem } from "../../../lib/contract/table.ts";

/** Messages outside of their queues, one item an effect. */
export interface ParkedMessages {
  /** Keeps a message in the place of an earlier one of its effect. Answers false where a later one is kept. */
  put(item: ParkedItem): Promise<boolean>;
  /** The item, read consistently. */
  read(key: ItemKey): Promise<ParkedItem | undefined>;
  /** Removes exactly this item. Answers false where it has gone or another stands in its place. */
  remove(item: ParkedItem): Promise<boolean>;
}

/** What brings parked messages back in time. */
export interface Wakeups {
  /** Has `wake` called for an item at `time` (epoch milliseconds), or earlier. */
  at(time: number, key: ItemKey): Promise<void>;
}

/** Queues of steps and reactions, by their URL. */
export interface StepQueues {
  send(queueUrl: string, message: ParkedItem["message"]): Promise<void>;
  /** About how many messages a queue has: those that wait, are hidden, or are delayed. */
  count(queueUrl: string): Promise<number>;
}

export interface ParkPorts {
  parked: ParkedMessages;
  wakeups: Wakeups;
  retentionDays: number;
}
