import { openBudget } from "../../../lib/contract/budget.ts";
import { REFUSED } from "../../../lib/contract/failure.ts";
import { payloadOf } from "../../../lib/contract/runs/run-input.ts";
import { isActive, type OperatorAction, type RunItem } from "../../../lib/contract/table.ts";
import { hasEnded, release, type Transition } from "../runs/transitions.ts";
import { Refusal } from "./refusal.ts";

/** Operator actions on a run, as functions of its item. Idempotent. */

/** No step begins until an operator resumes. */
export function pause(operatorAction: OperatorAction): Transition {
  return (run) => {
    if (run.paused?.key === operatorAction.key) return run;
    refuseUnlessOpen(run, "paused");
    if (run.paused)
      throw new Refusal(`Run ${run.run} is already paused, by ${run.paused.by}: ${run.paused.why}`);
    const { resumed: _, ...rest } = run;
    return { ...rest, paused: operatorAction };
  };
}

export function resume(operatorAction: OperatorAction): Transition {
  return (run) => {
    if (run.resumed?.key === operatorAction.key) return run;
    refuseUnlessOpen(run, "resumed");
    if (!run.paused) throw new Refusal(`Run ${run.run} is not paused; there is nothing to resume.`);
    const { paused: _, ...rest } = run;
    return { ...rest, resumed: operatorAction };
  };
}

/** Attributes of an epoch that the next one starts without. */
const OF_THE_LAST_EPOCH: readonly (keyof RunItem)[] = [
  ...(["input", "execution", "leavesNothing", "express", "until", "endedAt", "output", "failure"] as const),
  ...(["terminated", "paused", "resumed", "stuck", "unstuck"] as const),
];
/** An execution's name has no space for a longer epoch. */
const LAST_EPOCH = 9_999;

/**
 * Begins the next epoch of a run that did not succeed. Effects that are completed and not undone are not
 * repeated.
 */
export function retry(operatorAction: OperatorAction, now: number): Transition {
  return (run) => {
    if (run.retried?.key === operatorAction.key) return run;
    refuseUnlessFailed(run);
    return nextEpoch(run, { retried: operatorAction }, now);
  };
}

/** After this number of further actions, an action's message is no longer delivered again. */
const MOST_REPLAYS = 20;

/** The part of a run that follows from its event and from the deployed definition. */
export type Described = Pick<RunItem, "version" | "data" | "budget">;

/**
 * Begins the next epoch of a run that has ended, which runs everything again, with a budget of its own: the
 * effects of earlier epochs remain. Idempotent, even after other actions of the same type: actions are
 * identified by their keys, since the times of two machines cannot be compared. `described` replaces the part
 * of the run that follows from its definition.
 */
export function again(operatorAction: OperatorAction, now: number, described?: Described): Transition {
  return (run) => {
    const { replays = [] } = run;
    if (replays.includes(operatorAction.key) || run.replayed?.key === operatorAction.key) return run;
    refuseUnlessEnded(run, "Only a run that has ended can be restarted");
    const { version, data, budget } = described ?? {
      ...run,
      data: payloadOf(run),
      budget: openBudget(run.budget?.limit),
    };
    // What the settings of the run say is not replaced by the definition's.
    const recorded = run.settings ? openBudget(run.budget?.limit) : budget;
    const restarted = run.epoch + 1;
    const known = [...replays, operatorAction.key].slice(-MOST_REPLAYS);
    return nextEpoch(
      { ...run, version, data, budget: recorded },
      { replayed: operatorAction, replays: known, restarted },
      now,
    );
  };
}

function nextEpoch(
  run: RunItem,
  begun: Pick<RunItem, "retried" | "replayed" | "replays" | "restarted">,
  now: number,
): RunItem {
  const epoch = run.epoch + 1;
  return release(now)({
    ...without(run, OF_THE_LAST_EPOCH),
    ...begun,
    epoch,
    status: "accepted",
    data: run.data ?? payloadOf(run),
    expiresAt: run.expiresAt + Math.ceil((now - Date.parse(run.acceptedAt)) / 1000),
  });
}

function refuseUnlessOpen(run: RunItem, done: string): void {
  if (isActive(run.status)) return;
  throw new Refusal(`Run ${run.run} ${describeStatus(run)}, and cannot be ${done}.`);
}

function refuseUnlessFailed(run: RunItem): void {
  if (run.status === "succeeded") throw new Refusal(`Run ${run.run} has succeeded; there is no failed step.`);
  refuseUnlessEnded(run, "Only a run that ended without success can be retried");
}

function refuseUnlessEnded(run: RunItem, rule: string): void {
  const { run: id, status, epoch, compensation } = run;
  if (run.failure?.error === REFUSED)
    throw new Refusal(
      `Run ${id} was refused before it started: ${run.failure.cause} Start a new run with a corrected payload.`,
    );
  if (!hasEnded(run))
    throw new Refusal(
      `Run ${id} ${describeStatus(run)}. ${rule}${status === "running" ? "; terminate it first" : ""}.`,
    );
  if (compensation?.open)
    throw new Refusal(`Late results of run ${id} are being undone. Try again when that is finished.`);
  if (epoch === LAST_EPOCH)
    throw new Refusal(`Run ${id} has the maximum number of epochs, ${epoch}. Start a new run.`);
}

/** "is being compensated", "has failed" */
export function describeStatus({ status }: Pick<RunItem, "status">): string {
  switch (status) {
    case "accepted":
      return "waits to be started";
    case "running":
      return "is running";
    case "closing":
      return "is ending";
    case "compensating":
      return "is being compensated";
    case "timed-out":
      return "timed out at its deadline";
    case "terminated":
      return "was terminated";
    default:
      return `has ${status}`;
  }
}

function without(run: RunItem, names: readonly (keyof RunItem)[]): RunItem {
  return Object.fromEntries(
    Object.entries(run).filter(([name]) => !names.includes(name as keyof RunItem)),
  ) as unknown as RunItem;
}
