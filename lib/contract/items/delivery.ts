import type { Envelope } from "../envelope.ts";
import type { Item } from "./item.ts";

/** What a delivery remembers of its event. */
export type ArrivedEvent = Pick<Envelope, "id" | "name" | "source" | "time" | "correlation">;

/**
 * One event that one subscriber must get, as the deployed subscriptions say.
 *
 *     published ──▶ received ──▶ quarantined ──▶ failed ──▶ dead ──▶ duplicate ──▶ done
 *         └─ its deadline passed: overdue is recorded and published; it may still be done
 *
 * States only ever go forward in this order, any of them may be left out, and what is in the item follows from the furthest
 * one alone. So it does not matter in which order they are noted, or how often. received: a message or a run that waits
 * for its turn, for the end of a pause, or for the next try; from then on the subscriber answers for it.
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
  /** Orders what is noted of it: the place of the state, and the ISO time of the fact, "6#2026-01-31T09:30:00.000Z". */
  progress: string;
  /** ISO times, as far as it came. When it was published is what the event itself says. */
  publishedAt?: string | undefined;
  receivedAt?: string | undefined;
  concludedAt?: string | undefined;
  /** Tries so far, where it is known. */
  attempts?: number | undefined;
  /** The run that it started, or the handling by a reaction. */
  run?: string | undefined;
  /** Why it failed, is dead or quarantined. */
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
