import type { StartLimits } from "../../../lib/contract/per-key.ts";
import type { KeyQueue } from "./ports.ts";

/** How far an execution is that holds a place. */
export type QueuedRunState = "accepted" | "running" | "ended";

/** What to do with a per-key queue as it was found. */
export interface KeyQueuePlan {
  /** Executions that hold a place and are to be started. */
  start: string[];
  /** Executions that no longer need their place. */
  leaving: string[];
  /** The queue from now on; undefined where nothing changes. */
  next: Pick<KeyQueue, "running" | "starts" | "lookAt"> | undefined;
}

/**
 * Who leaves a per-key queue, who starts, and who moves up at `now` (epoch milliseconds). A place is written before its run is
 * started, so that a crash between the two shows as a run that holds a place and is "accepted". A start counts from the
 * moment in which its run gets the place.
 */
export function planKeyQueue(
  keyQueue: KeyQueue,
  stateOf: (execution: string) => QueuedRunState,
  { atOnce, starts, per, wait }: StartLimits,
  now: number,
): KeyQueuePlan {
  // Where concurrent runs are not limited, a place is needed only until its run has started.
  const freesPlace = atOnce === Infinity ? ["running", "ended"] : ["ended"];
  const leaving = keyQueue.running.filter((execution) => freesPlace.includes(stateOf(execution)));
  const staying = keyQueue.running.filter((execution) => !leaving.includes(execution));
  const recent = keyQueue.starts.filter((at) => at > now - per);
  const waiting = keyQueue.queued
    .map(({ execution }) => execution)
    .filter((execution) => !keyQueue.running.includes(execution));
  const free = Math.min(atOnce - staying.length, starts - recent.length);
  const moving = waiting.slice(0, Math.max(0, free));
  const counted = starts === Infinity ? [] : [...recent, ...moving.map(() => now)];
  const used = wait && waiting.length > moving.length && counted.length >= starts;
  const lookAt = used ? counted[0]! + per : undefined;
  const changes = leaving.length + moving.length > 0 || (used && lookAt !== keyQueue.lookAt);
  return {
    start: staying.filter((execution) => stateOf(execution) === "accepted"),
    leaving,
    next: changes ? { running: [...staying, ...moving], starts: counted, lookAt } : undefined,
  };
}

/** The queue without the places of runs that cannot start just now, and without the starts that were counted for them. */
export function withoutPlaces(keyQueue: KeyQueue, held: readonly string[]): KeyQueue {
  return {
    ...keyQueue,
    running: keyQueue.running.filter((execution) => !held.includes(execution)),
    starts: keyQueue.starts.slice(0, Math.max(0, keyQueue.starts.length - held.length)),
  };
}
