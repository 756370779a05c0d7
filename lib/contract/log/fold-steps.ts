import type { AttemptState, StepState } from "../runs/run-state.ts";
import type { LoggedDeferral, LoggedStep } from "./logged-state.ts";
import type { StateEntry } from "./state-entry.ts";

/** The states of a run's effects, from the changes of their claims and deferred messages. */
export function foldSteps(
  claims: StateEntry<LoggedStep>[][],
  deferred: StateEntry<LoggedDeferral>[][],
): StepState[] {
  const parkings = new Map(deferred.map((item) => [placeOf(item.at(-1)!), item.at(-1)!]));
  const steps = claims.map((claim) => {
    const place = placeOf(claim.at(-1)!);
    const deferral = parkings.get(place);
    parkings.delete(place);
    return stepOf(claim, deferral);
  });
  return [...steps, ...[...parkings.values()].map(neverClaimed)];
}

function placeOf({ epoch, path, state: { direction } }: StateEntry<LoggedStep | LoggedDeferral>): string {
  return `${epoch}#${path}#${direction}`;
}

function stepOf(
  claim: StateEntry<LoggedStep>[],
  deferred: StateEntry<LoggedDeferral> | undefined,
): StepState {
  const { epoch, path = "", state: latest } = claim.at(-1)!;
  const { kind: _, state, ...step } = latest;
  // A deferral before the last start is over.
  const deferral = deferred && deferred.at >= step.startedAt ? deferralOf(deferred) : undefined;
  const latestState = state ?? (deferral ? "deferred" : "waiting");
  return { ...step, epoch, path, state: latestState, deferral, attempts: attemptsOf(claim) };
}

/** A paused reaction defers a message before it claims it. */
function neverClaimed(deferred: StateEntry<LoggedDeferral>): StepState {
  const { at, epoch, path = "", state } = deferred;
  const { step, direction } = state;
  return {
    epoch,
    path,
    step,
    direction,
    workflow: step,
    attempt: 1,
    startedAt: at,
    attempts: [],
    state: "deferred",
    deferral: deferralOf(deferred),
  };
}

function deferralOf({ state: { reason, dueAt } }: StateEntry<LoggedDeferral>): StepState["deferral"] {
  return { reason, dueAt };
}

/** The attempts of an effect. If the start of one is missing, its end contains the start time. */
function attemptsOf(claim: StateEntry<LoggedStep>[]): AttemptState[] {
  const attempts = new Map<string, AttemptState>();
  for (const { state } of claim) {
    const { attempt, startedAt, endedAt, failure } = state;
    if (state.state === undefined) attempts.delete(startedAt);
    else attempts.set(startedAt, { attempt, startedAt, endedAt, failure });
  }
  return [...attempts.values()];
}
