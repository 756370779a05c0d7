import { auditOfRun } from "../../../lib/contract/audit.ts";
import { START_DEADLINE } from "../../../lib/contract/failure.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import {
  isActive,
  isEnded,
  type OperatorAction,
  type RunEnd,
  type RunItem,
} from "../../../lib/contract/table.ts";

/** A change of a run, as a function of its item. Returns the same object if nothing changes. */
export type Transition = (run: RunItem) => RunItem;

/** A run whose next action is immediate is checked again after this time, in case the action was lost. */
const NEXT_CHECK = 15 * 60 * 1000;

export function hasEnded({ status }: Pick<RunItem, "status">): boolean {
  return isEnded(status);
}

/** From now on nothing starts in this run. */
export function close(now: number, operatorAction?: OperatorAction): Transition {
  return (run) => {
    if (!isActive(run.status)) return run;
    return {
      ...run,
      ...due(run.run, now),
      status: "closing",
      ...(operatorAction && { terminated: operatorAction }),
    };
  };
}

/** Whether the run is running without an execution so far. */
export function isWithoutExecution({ status, execution }: RunItem): boolean {
  return isActive(status) && execution === undefined;
}

/** The state of a run without an execution when an execution takes over. */
export function afterHandOver({ express, ...run }: RunItem, why: string): RunItem {
  // From now on the execution is checked.
  return { ...run, ...(express && { express: { until: express.until, handedOver: why } }) };
}

/** Intake is to continue a run that has no execution in an execution. */
export function handOver(now: number): Transition {
  return (run) => {
    if (run.express === undefined || !isWithoutExecution(run)) return run;
    const check = due(run.run, now, Date.parse(run.express.until));
    return { ...run, ...check, released: new Date(now).toISOString() };
  };
}

/**
 * Its execution succeeded: the run ends at once if it is unchanged since `seen` and nothing of it is being
 * undone.
 */
export function succeed(seen: RunItem, output: unknown, now: number): Transition {
  return (run) => {
    if (!isActive(run.status) || run.epoch !== seen.epoch || run.compensation) return run;
    return over({ ...run, status: "succeeded", output, endedAt: new Date(now).toISOString() }, now);
  };
}

/** Intake is to handle an accepted run, with all its conditions: pauses, per-key queues. */
export function release(now: number): Transition {
  return (run) => {
    if (run.status !== "accepted") return run;
    const { held: _, ...free } = run;
    const check = due(run.run, now, startDeadline(run));
    return { ...free, ...check, released: new Date(now).toISOString() };
  };
}

/** Whether a run has waited for its start for longer than its workflow allows. */
export function startsTooLate(run: RunItem, now: number): boolean {
  return run.status === "accepted" && now > (startDeadline(run) ?? Infinity);
}

/** Epoch milliseconds by which the run's epoch has to start; undefined without a limit. */
export function startDeadline(run: RunItem): number | undefined {
  return run.startWithin === undefined ? undefined : epochBegan(run) + run.startWithin;
}

/**
 * A run that was not started in time ends, unless an effect of an earlier epoch is being undone: that
 * finishes first.
 */
export function expire(epoch: number, now: number): Transition {
  return (run) => {
    if (run.epoch !== epoch || run.compensation?.open || !startsTooLate(run, now)) return run;
    const cause = `It waited for its start since ${new Date(epochBegan(run)).toISOString()}, which is longer than its workflow's "startWithin".`;
    const failure = { error: START_DEADLINE, cause };
    return over({ ...run, status: "terminated", failure, endedAt: new Date(now).toISOString() }, now);
  };
}

/**
 * The next compensating execution is about to start. Nothing changes if the run is no longer in the state
 * `seen`. The run itself becomes due, so it cannot be held at the same time: `endRound` sends it to intake
 * again.
 */
export function beginRound(seen: RunItem, ending: RunEnd | undefined, now: number): Transition {
  return (run) => {
    if (!isUnchanged(run, seen)) return run;
    const { round, undone, failed } = run.compensation ?? { round: 0, undone: 0, failed: 0 };
    const { held: _, ...free } = run;
    return {
      ...free,
      ...due(run.run, now),
      compensation: { round: round + 1, open: true, undone, failed },
      ...(run.status === "closing" && { status: "compensating", ending }),
    };
  };
}

/**
 * Nothing is left to undo: the run ends if it is ending; one that has not been started is sent to intake
 * again.
 */
export function endRound(
  seen: RunItem,
  ending: RunEnd | undefined,
  counts: { undone: number; failed: number },
  now: number,
): Transition {
  return (run) => {
    if (!isUnchanged(run, seen)) return run;
    const { ending: _, ...rest } = run;
    const compensation = run.compensation && { ...run.compensation, ...counts, open: false };
    const settled: RunItem = { ...rest, ...(compensation && { compensation }) };
    if (hasEnded(run)) return over(settled, now);
    if (run.status === "accepted") return run.compensation?.open ? release(now)(settled) : settled;
    if (run.status === "running" || !ending) return settled;
    return over({ ...settled, ...ending, endedAt: new Date(now).toISOString() }, now);
  };
}

/** Epoch milliseconds at which the run's epoch was requested. */
export function epochBegan({ acceptedAt, retried, replayed }: RunItem): number {
  return Math.max(...[acceptedAt, retried?.at, replayed?.at].map((at) => (at ? Date.parse(at) : 0)));
}

function isUnchanged(run: RunItem, seen: RunItem): boolean {
  return (
    run.epoch === seen.epoch &&
    run.status === seen.status &&
    run.compensation?.round === seen.compensation?.round &&
    run.compensation?.open === seen.compensation?.open
  );
}

/** Checked again after a while, or at `limit` (epoch milliseconds) if that is sooner. */
function due(run: string, now: number, limit = Infinity): Pick<RunItem, "due" | "dueAt"> {
  return { due: shardOf("due", run), dueAt: new Date(Math.min(now + NEXT_CHECK, limit)).toISOString() };
}

/** Nothing delays it any more. A last check confirms that everything was published. */
function over({ stuck: _, due: __, dueAt: ___, ...run }: RunItem, now: number): RunItem {
  return { ...run, ...auditOfRun(run, now) };
}
