import type { BusEntry } from "../../../lib/contract/envelope.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";

/** The event bus. */
export interface Bus {
  /**
   * Publishes entries, with as few calls as the limits allow; answers the indexes of those that were
   * rejected.
   */
  publish(entries: BusEntry[]): Promise<number[]>;
}

/**
 * The record of what is on the bus, for items that carry a mark. Publications of runs and claims are audited.
 */
export interface Outbox {
  /** Records that the events of this revision are on the bus. */
  published(key: ItemKey, revision: number): Promise<void>;
  /** Items whose events were not on the bus by `time` (ISO), at most `limit`. */
  overdue(time: string, limit: number): Promise<unknown[]>;
}
