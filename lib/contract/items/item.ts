import type { ItemKey } from "../keys.ts";

/** What every item of the table has. */
export interface Item extends ItemKey {
  /** Counts the changes of this item; orders the events that tell of them. */
  revision: number;
  /** ISO time of the last change. */
  changedAt: string;
  /** Index partition of changes whose event is not on the bus yet, of items that carry a mark. */
  unpublished?: string | undefined;
  /** Epoch seconds. */
  expiresAt: number;
}

/** Where a change came from, for the events that tell of it. */
export interface Origin {
  correlation: string;
  /** Id of the event that led to it. */
  cause: string;
  hops: number;
  traceparent?: string | undefined;
}

/** Who wants something done, and why. */
export interface Order {
  by: string;
  why: string;
  /** Who gives the same order twice gives it under the same key. */
  key: string;
  /** ISO time. */
  at: string;
}
