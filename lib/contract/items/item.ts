import type { ItemKey } from "../keys/item-key.ts";

/** The attributes of every item of the table. */
export interface Item extends ItemKey {
  /** Counts the changes of this item; orders their events. */
  revision: number;
  /** ISO time of the last change. */
  changedAt: string;
  /** Index partition of changes whose event is not on the bus yet, of items that carry a mark. */
  unpublished?: string | undefined;
  /** Epoch seconds. */
  expiresAt: number;
}

/** The origin of a change, for its events. */
export interface Origin {
  correlation: string;
  /** Id of the event that caused it. */
  cause: string;
  hops: number;
  traceparent?: string | undefined;
}

/** An operator action: who, why and when. */
export interface OperatorAction {
  by: string;
  why: string;
  /** Idempotency key. */
  key: string;
  /** ISO time. */
  at: string;
}
