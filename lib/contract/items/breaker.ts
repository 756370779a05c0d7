import type { Item, Order } from "./item.ts";

/**
 * The health of a downstream, as the steps that call it have seen it.
 *
 *     closed ──failures──▶ open ──cooldown over: one call tries──▶ half-open
 *       ▲                   ▲                                        │  │
 *       │                   └───────────────it failed────────────────┘  │
 *       └────────────────────────────it was answered────────────────────┘
 *
 * `revision` counts changes of state, each of which is told; `version` counts all changes.
 */
export interface BreakerItem extends Item, BreakerState {
  kind: "breaker";
  breaker: string;
  version: number;
  /** Nonce of the last change. */
  writer: string;
}

export interface BreakerState {
  state: "closed" | "open" | "half-open";
  /** Failures since the last call that was answered. */
  inARow: number;
  /** Calls by the time in which they ended, oldest first; kept from the first failure on. */
  buckets: Bucket[];
  /** Epoch milliseconds from which on, when open, one call may try. */
  until?: number | undefined;
  /** The call that tries, when half-open. */
  probe?: { owner: string; lease: number } | undefined;
  /** Somebody has decided that it stays open or closed, whatever the calls say. */
  forced?: ({ to: "open" | "closed" } & Order) | undefined;
}

export interface Bucket {
  /** Epoch milliseconds at which it begins. */
  at: number;
  answered: number;
  failed: number;
}
