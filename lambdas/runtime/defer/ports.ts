import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { SendMissing } from "../../../lib/contract/messages/command.ts";
import type { DeferredItem } from "../../../lib/contract/table.ts";

/** Deferred messages, one item per effect. */
export interface DeferredMessages {
  /** Stores a message in place of an earlier one of its effect. Answers false if a later one is stored. */
  put(item: DeferredItem): Promise<boolean>;
  /** The item, read consistently. */
  read(key: ItemKey): Promise<DeferredItem | undefined>;
  /** Removes exactly this item. Returns false if it no longer exists or was replaced. */
  remove(item: DeferredItem): Promise<boolean>;
}

/** The reminders for deferred messages. */
export interface Wakeups {
  /** Calls `wake` for an item at `time` (epoch milliseconds), or earlier. */
  at(time: number, key: ItemKey): Promise<void>;
}

/** Queues of steps, waits, approvals and reactions, by their URL. */
export interface StepQueues {
  send(queueUrl: string, message: DeferredItem["message"] | SendMissing["message"]): Promise<void>;
  /** The approximate number of messages in a queue: visible, hidden or delayed. */
  count(queueUrl: string): Promise<number>;
}

export interface DeferPorts {
  deferred: DeferredMessages;
  wakeups: Wakeups;
  retentionDays: number;
}
