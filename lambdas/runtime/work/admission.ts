import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { type BreakerState, isActive } from "../../../lib/contract/table.ts";
import type { Deferral } from "../defer/defer.ts";
import { askAgainAt, HEALTHY, mayCall } from "./breaker/transition.ts";
import type { StartConditions } from "./ports.ts";

/** Whether an effect may begin. */
export type Admission =
  | { kind: "proceed" }
  | ({ kind: "defer" } & Deferral)
  /** The downstream is unavailable, and the workflow has a fallback. */
  | { kind: "unavailable"; breaker: string }
  | { kind: "drop"; why: string };

/**
 * Decides by the state of the run and its workflow, which operators may have paused. An undo belongs to a run
 * that is ending, so no pause defers it.
 */
export function admitByRun(
  { run: { epoch }, direction, express }: StepMessage,
  { run, workflow, lost }: Pick<StartConditions, "run" | "workflow" | "lost">,
): Admission {
  if (!run) return { kind: "drop", why: "the run does not exist" };
  if (direction === "undo") return { kind: "proceed" };
  if (run.epoch !== epoch || !isActive(run.status))
    return { kind: "drop", why: `the run is ${run.status} in epoch ${run.epoch}` };
  if (lost) return { kind: "drop", why: `another way of ${lost.race} has won` };
  if (express && run.execution) return { kind: "drop", why: "an execution has taken over" };
  if (run.paused) return { kind: "defer", reason: "run paused", due: undefined };
  if (workflow?.paused) return { kind: "defer", reason: "workflow paused", due: undefined };
  return { kind: "proceed" };
}

/**
 * Decides by the state of the breaker after the call was requested. Waiting calls return spread over half a
 * cooldown, and later each time, so that neither the downstream nor the queue receives all of them at once.
 */
export function admitByBreaker(
  { fallback, deferred = 0 }: StepMessage,
  { breaker }: Pick<StepSpec, "breaker">,
  state: BreakerState | undefined,
  { owner, now, random }: { owner: string; now: number; random: number },
): Admission {
  if (!breaker || mayCall(state ?? HEALTHY, owner)) return { kind: "proceed" };
  if (fallback) return { kind: "unavailable", breaker: breaker.name };
  const soonest = askAgainAt(breaker, state ?? HEALTHY, now);
  const spread = ((soonest - now) / 2) * (1 + Math.min(deferred, MOST_PATIENT)) * random;
  return { kind: "defer", reason: "breaker open", due: Math.ceil(soonest + spread) };
}

/** Why a step that has a fallback is not tried. */
export function unavailable(breaker: string): FailureRecord {
  return {
    policy: "unavailable",
    name: "Unavailable",
    message: `The breaker ${breaker} is open: too many recent calls of the downstream failed.`,
  };
}

/** After this number of waits, the delay no longer grows. */
const MOST_PATIENT = 10;
