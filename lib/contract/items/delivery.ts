import type { Item } from "./item.ts";

/**
 * One event that one subscriber must get, as the deployed subscriptions say.
 *
 *     published ──▶ received ──▶ done, duplicate, failed, dead or quarantined
 *         └──────────────┴─ its deadline is over: overdue is noted and told; it may still be done
 */
export interface DeliveryItem extends Item {
  kind: "delivery";
  /** The event's id, as in its envelope. */
  event: string;
  name: string;
  source: string;
  correlation: string;
  subscriber: string;
  state: DeliveryState;
  /** ISO times, as far as it came. */
  publishedAt?: string | undefined;
  receivedAt?: string | undefined;
  settledAt?: string | undefined;
  /** Tries so far, where it is known. */
  attempts?: number | undefined;
  /** The run that it started, or the handling by a reaction. */
  run?: string | undefined;
  /** Why it failed, is dead or quarantined. */
  why?: string | undefined;
  /** ISO time at which it was found overdue. */
  overdueAt?: string | undefined;
  /** Index partition of what is not settled, and the ISO time from which on it is overdue. */
  due?: string | undefined;
  dueAt?: string | undefined;
}

export type DeliveryState =
  | "published"
  | "received"
  | "done"
  | "duplicate"
  | "failed"
  | "dead"
  | "quarantined";
