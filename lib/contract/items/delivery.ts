import type { Envelope } from "../envelope.ts";
import type { Item } from "./item.ts";

/** What a delivery stores about its event. */
export type ArrivedEvent = Pick<Envelope, "id" | "name" | "source" | "time" | "correlation">;

/**
 * One event that one subscriber must receive, according to the deployed subscriptions.
 *
 *     published ──▶ received ──▶ quarantined ──▶ failed ──▶ dead ──▶ duplicate ──▶ done
 *         └─ its deadline passed: overdue is recorded and published; it may still be done
 *
 * The status only moves forward in this order, any of them may be skipped, and the item depends on the
 * furthest one alone. So the order and number of receipts do not matter. received: a message or a run that
 * waits for its turn, for the end of a pause, or for the next attempt; from then on the subscriber is
 * responsible for it.
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
  /**
   * Orders its receipts: the position of the status, and the ISO time of the fact,
   * "6#2026-01-31T09:30:00.000Z".
   */
  progress: string;
  /** ISO times of the statuses it has reached. The publication time is the event's own. */
  publishedAt?: string | undefined;
  receivedAt?: string | undefined;
  concludedAt?: string | undefined;
  /** Attempts so far, if known. */
  attempts?: number | undefined;
  /** The run that it started, or the reaction run. */
  run?: string | undefined;
  /** Why it failed, is dead-lettered or quarantined. */
  why?: string | undefined;
  /** ISO time at which it was found overdue. */
  overdueAt?: string | undefined;
  /** ISO time after which it is overdue, unless it was received. */
  dueAt?: string | undefined;
  /** Index partition of deliveries that need attention: overdue, failed, dead-lettered or quarantined. */
  list?: string | undefined;
  listedAt?: string | undefined;
}

export type DeliveryState =
  | "published"
  | "received"
  | "done"
  | "duplicate"
  | "failed"
  | "dead"
  | "quarantined";
