/**
 * What a change of an event's schema must preserve while its version stays the same.
 * - backward: events of existing producers are still accepted, so subscribers can be deployed first.
 * - forward: events of new producers are accepted by existing subscribers, so producers can be deployed
 * first.
 * - full: both, so the order does not matter.
 * - none: every change is allowed.
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
