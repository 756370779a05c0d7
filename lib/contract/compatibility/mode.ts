/**
 * What a change of an event's schema must not do while its version stays the same.
 * - backward: what producers sent until now is still taken, so subscribers can be deployed first.
 * - forward: what producers send from now on is taken by subscribers deployed before, so producers can be first.
 * - full: both, so the order does not matter.
 * - none: anything goes.
 */
export type Compatibility = "backward" | "forward" | "full" | "none";

/** Whom a change breaks: unchanged producers, or subscribers that are not redeployed. */
export type Direction = "backward" | "forward";

export const FORBIDDEN: Record<Compatibility, readonly Direction[]> = {
  backward: ["backward"],
  forward: ["forward"],
  full: ["backward", "forward"],
  none: [],
};
