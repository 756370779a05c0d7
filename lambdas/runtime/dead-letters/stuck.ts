import type { DeadLetterItem, OperatorAction, RunItem, Stuck } from "../../../lib/contract/table.ts";
import { hasEnded, type Transition } from "../runs/transitions.ts";

/** Whether this message blocks a run: a state waits for an answer that will not come. */
export function holdsUp({ purpose, run, path }: DeadLetterItem): boolean {
  const answers = purpose === "step" || purpose === "question" || purpose === "wait";
  return answers && run !== undefined && path !== undefined;
}

/** Maximum number of messages in a run's item. Further ones are dead letters all the same. */
const MOST_PLACES = 50;
const LONGEST_REASON = 500;

/** Marks the run as stuck at the message's path, unless it has ended or restarted. Idempotent. */
export function stick({ id, epoch, path, reason, diedAt }: DeadLetterItem): Transition {
  return (run) => {
    const places = placesOf(run);
    if (!isAwaited(run, epoch) || places.length >= MOST_PLACES) return run;
    if (places.some(({ deadLetter }) => deadLetter === id)) return run;
    return {
      ...run,
      stuck: stuckAt([
        ...places,
        { path: path!, deadLetter: id, at: diedAt, reason: reason.slice(0, LONGEST_REASON) },
      ]),
    };
  };
}

/** The message has been resolved: the run is no longer stuck because of it. */
export function unstick(id: string, order: OperatorAction): Transition {
  return (run) => {
    const places = placesOf(run);
    const left = places.filter(({ deadLetter }) => deadLetter !== id);
    if (left.length === places.length) return run;
    const { stuck: _, ...rest } = run;
    return left.length > 0 ? { ...rest, stuck: stuckAt(left) } : { ...rest, unstuck: order };
  };
}

/**
 * Whether a state still waits for a message of this epoch. After a restart, the effects of earlier epochs are
 * still being undone for a while.
 */
function isAwaited(run: RunItem, epoch: number | undefined): boolean {
  if (run.compensation?.open) return true;
  return !hasEnded(run) && (epoch === undefined || epoch === run.epoch);
}

type Place = Omit<Stuck, "also">;

function placesOf({ stuck }: RunItem): Place[] {
  if (!stuck) return [];
  const { also = [], ...first } = stuck;
  return [first, ...also];
}

function stuckAt([first, ...also]: Place[]): Stuck {
  return { ...first!, ...(also.length > 0 && { also }) };
}
