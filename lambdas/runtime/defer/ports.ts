import type { SendMissing } from "../../../lib/contract/command.ts";
import type { ItemKey } from "../../../lib/contract/keys.ts";
import type { DeferredItem } from "../../../lib/contract/table.ts";

/** Messages outside of their queues, one item an effect. */
export interface DeferredMessages {
  /** Keeps a message in the place of an earlier one of its effect. Answers false where a later one is kept. */
  put(item: DeferredItem): Promise<boolean>;
  /** The item, read consistently. */
  read(key: ItemKey): Promise<DeferredItem | undefined>;
  /** Removes exactly this item. Returns false if it is gone or was replaced. */
  remove(item: DeferredItem): Promise<boolean>;
}

/** What brings deferred messages back in time. */
export interface Wakeups {
  /** Has `wake` called for an item at `time` (epoch milliseconds), or earlier. */
  at(time: number, key: ItemKey): Promise<void>;
}

/** Queues of steps, waits, questions and reactions, by their URL. */
export interface StepQueues {
  send(queueUrl: string, message: DeferredItem["message"] | SendMissing["message"]): Promise<void>;
  /** About how many messages a queue has: those that wait, are hidden, or are delayed. */
  count(queueUrl: string): Promise<number>;
}

export interface DeferPorts {
  deferred: DeferredMessages;
  wakeups: Wakeups;
  retentionDays: number;
}
