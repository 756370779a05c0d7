import type { BreakerSpec } from "../../../../lib/contract/breaker.ts";
import { milliseconds } from "../../../../lib/contract/duration.ts";
import type { BreakerState } from "../../../../lib/contract/items/breaker.ts";
import { isClean, isTooMuch } from "./counts.ts";

/** An event of a breaker. `owner` is the nonce of the invocation that calls. */
export type BreakerEvent =
  /** A call is requested. It is allowed if the breaker is closed, or becomes the probe. */
  | { kind: "asked"; owner: string; lease: number }
  /** The downstream answered, even if with a refusal. */
  | { kind: "answered"; owner: string }
  | { kind: "failed"; owner: string }
  /** The downstream asked for no calls until `until`. */
  | { kind: "busy"; owner: string; until: number }
  /** The call says nothing about the downstream. */
  | { kind: "unknown"; owner: string };

const NO_COUNTS = { inARow: 0, answered: {}, failed: {} };

export const HEALTHY: BreakerState = { state: "closed", ...NO_COUNTS };

/**
 * Whether an event is counted before it is applied. A closed breaker without a recent failure does not count
 * successful calls, so that a healthy downstream costs no write: the rate is that of the calls since the
 * first failure in the window.
 */
export function isCounted(
  spec: BreakerSpec,
  state: BreakerState,
  { kind }: BreakerEvent,
  now: number,
): boolean {
  if (state.forced || state.state !== "closed") return false;
  return kind === "failed" || (kind === "answered" && !isClean(spec, state, now));
}

/**
 * The state after an event that has been counted: the same object if nothing changes, so that nothing is
 * written.
 */
export function next(spec: BreakerSpec, state: BreakerState, event: BreakerEvent, now: number): BreakerState {
  if (state.forced) return state;
  switch (state.state) {
    case "closed":
      return event.kind === "failed" && isTooMuch(spec, state)
        ? open(now + milliseconds(spec.cooldown))
        : state;
    case "open":
      return event.kind === "asked" && now >= (state.until ?? 0) ? probing(event) : state;
    case "half-open":
      return probed(spec, state, event, now);
  }
}

/** Only the probe decides; reports of calls that began before it are outdated. */
function probed(spec: BreakerSpec, state: BreakerState, event: BreakerEvent, now: number): BreakerState {
  const { probe } = state;
  if (event.kind === "asked") return !probe || probe.lease <= now ? probing(event) : state;
  if (probe?.owner !== event.owner) return state;
  switch (event.kind) {
    case "answered":
      return HEALTHY;
    case "failed":
      return open(now + milliseconds(spec.cooldown));
    case "busy":
      return open(event.until);
    case "unknown":
      return { state: "half-open", ...NO_COUNTS };
  }
}

function open(until: number): BreakerState {
  return { state: "open", ...NO_COUNTS, until };
}

function probing({ owner, lease }: { owner: string; lease: number }): BreakerState {
  return { state: "half-open", ...NO_COUNTS, probe: { owner, lease } };
}

/** Whether a call of `owner` may be made. */
export function mayCall({ state, probe, forced }: BreakerState, owner: string): boolean {
  if (forced) return forced.to === "closed";
  return state === "closed" || (state === "half-open" && probe?.owner === owner);
}

/** When to ask again, in epoch milliseconds. */
export function askAgainAt({ cooldown }: BreakerSpec, { until = 0 }: BreakerState, now: number): number {
  return until > now ? until : now + milliseconds(cooldown);
}
