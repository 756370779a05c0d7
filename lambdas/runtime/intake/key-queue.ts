import type { StartLimits } from "../../../lib/contract/per-key.ts";
import type { KeyQueue } from "./ports.ts";

/** How far an execution is that holds a slot. */
export type QueuedRunState = "accepted" | "running" | "ended";

/** What to do with a per-key queue as it was found. */
export interface KeyQueuePlan {
  /** Executions that hold a slot and have to be started. */
  start: string[];
  /** Executions that no longer need their slot. */
  leaving: string[];
  /** The new per-key queue; undefined if nothing changes. */
  next: Pick<KeyQueue, "running" | "starts" | "lookAt"> | undefined;
}

/**
 * Which executions leave a per-key queue, which start, and which are next at `now` (epoch milliseconds). A
 * slot is written before its run is started, so after a crash in between the run holds a slot and is
 * "accepted". A start counts from the time at which its run gets the slot.
 */
export function planKeyQueue(
  keyQueue: KeyQueue,
  stateOf: (execution: string) => QueuedRunState,
  { atOnce, starts, per, wait }: StartLimits,
  now: number,
): KeyQueuePlan {
  // If concurrent runs are not limited, a slot is needed only until its run has started.
  const freesSlot = atOnce === Infinity ? ["running", "ended"] : ["ended"];
  const leaving = keyQueue.running.filter((execution) => freesSlot.includes(stateOf(execution)));
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

/**
 * The queue without the slots of runs that cannot start now, and without the starts that were counted for
 * them.
 */
export function withoutSlots(keyQueue: KeyQueue, held: readonly string[]): KeyQueue {
  return {
    ...keyQueue,
    running: keyQueue.running.filter((execution) => !held.includes(execution)),
    starts: keyQueue.starts.slice(0, Math.max(0, keyQueue.starts.length - held.length)),
  };
}
