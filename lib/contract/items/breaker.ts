import type { Item, OperatorAction } from "./item.ts";

/**
 * The health of a downstream, as the steps that call it have seen it.
 *
 *     closed ──failures──▶ open ──cooldown over: one call tries──▶ half-open
 *       ▲                   ▲                                        │  │
 *       │                   └───────────────it failed────────────────┘  │
 *       └────────────────────────────it was answered────────────────────┘
 *
 * `revision` counts changes of state, each of which is published. Counting does not change the revision.
 */
export interface BreakerItem extends Item, BreakerState {
  kind: "breaker";
  breaker: string;
  /** Nonce of who made the last change or count. */
  writer: string;
}

export interface BreakerState extends Counts {
  state: "closed" | "open" | "half-open";
  /** Epoch milliseconds from which on, when open, one call may try. */
  until?: number | undefined;
  /** The call that tries, when half-open. */
  probe?: { owner: string; lease: number } | undefined;
  /** An operator forced it open or closed, independent of the calls. */
  forced?: ({ to: "open" | "closed" } & OperatorAction) | undefined;
}

/** Calls since it was closed, from the first failure on. */
export interface Counts {
  /** Failures since the last call that was answered. */
  inARow: number;
  /** By the part of the window in which they ended: epoch milliseconds at which it began. */
  answered: Record<string, number>;
  failed: Record<string, number>;
}
