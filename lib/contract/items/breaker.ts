import type { Item, OperatorAction } from "./item.ts";

/**
 * The health of a downstream, as observed by the steps that call it.
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
  /** Nonce of the last writer of a change or count. */
  writer: string;
}

export interface BreakerState extends Counts {
  state: "closed" | "open" | "half-open";
  /** Epoch milliseconds from which one call may try, when open. */
  until?: number | undefined;
  /** The probe, when half-open. */
  probe?: { owner: string; lease: number } | undefined;
  /** An operator forced it open or closed, whatever the calls report. */
  forced?: ({ to: "open" | "closed" } & OperatorAction) | undefined;
}

/** Calls since it was closed, from the first failure on. */
export interface Counts {
  /** Failures since the last successful call. */
  inARow: number;
  /** By the part of the window in which they ended: epoch milliseconds at which it began. */
  answered: Record<string, number>;
  failed: Record<string, number>;
}
