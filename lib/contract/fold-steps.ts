import type { Standing } from "./fold.ts";
import type { LoggedParking, LoggedStep } from "./logged-state.ts";
import type { AttemptState, StepState } from "./run-state.ts";

/** The states of a run's effects, from the changes of their claims and deferred messages. */
export function foldSteps(
  claims: Standing<LoggedStep>[][],
  parked: Standing<LoggedParking>[][],
): StepState[] {
  const parkings = new Map(parked.map((item) => [placeOf(item.at(-1)!), item.at(-1)!]));
  const steps = claims.map((claim) => {
    const place = placeOf(claim.at(-1)!);
    const parking = parkings.get(place);
    parkings.delete(place);
    return stepOf(claim, parking);
  });
  return [...steps, ...[...parkings.values()].map(neverClaimed)];
}

function placeOf({ epoch, path, state: { direction } }: Standing<LoggedStep | LoggedParking>): string {
  return `${epoch}#${path}#${direction}`;
}

function stepOf(claim: Standing<LoggedStep>[], parked: Standing<LoggedParking> | undefined): StepState {
  const { epoch, path = "", state: latest } = claim.at(-1)!;
  const { kind: _, state, ...step } = latest;
  // A deferral before the last start is over.
  const parking = parked && parked.at >= step.startedAt ? parkingOf(parked) : undefined;
  const standing = state ?? (parking ? "parked" : "waiting");
  return { ...step, epoch, path, state: standing, parking, attempts: attemptsOf(claim) };
}

/** A reaction that is paused parks what comes before it claims it. */
function neverClaimed(parked: Standing<LoggedParking>): StepState {
  const { at, epoch, path = "", state } = parked;
  const { step, direction } = state;
  return {
    ...{ epoch, path, step, direction, workflow: step, attempt: 1, startedAt: at, attempts: [] },
    state: "parked",
    parking: parkingOf(parked),
  };
}

function parkingOf({ state: { reason, dueAt } }: Standing<LoggedParking>): StepState["parking"] {
  return { reason, dueAt };
}

/** The attempts of an effect. If the start of one is missing, its end contains the start time. */
function attemptsOf(claim: Standing<LoggedStep>[]): AttemptState[] {
  const attempts = new Map<string, AttemptState>();
  for (const { state } of claim) {
    const { attempt, startedAt, endedAt, failure } = state;
    if (state.state === undefined) attempts.delete(startedAt);
    else attempts.set(startedAt, { attempt, startedAt, endedAt, failure });
  }
  return [...attempts.values()];
}
