import type { KeyQueue } from "./ports.ts";

/** How far an execution is that holds a place. */
export type QueuedRunState = "accepted" | "running" | "ended";

/** What to do with a per-key queue as it was found. */
export interface KeyQueuePlan {
  /** Executions that hold a place and are to be started. */
  start: string[];
  /** Executions that are over and may leave. */
  leaving: string[];
  /** Who holds a place from now on; undefined where nothing changes. */
  running: string[] | undefined;
}

/**
 * Who leaves a per-key queue, who starts, and who moves up. A place is written before its run is started, so that a crash
 * between the two shows as a run that holds a place and is "accepted".
 */
export function planKeyQueue(
  keyQueue: KeyQueue,
  stateOf: (execution: string) => QueuedRunState,
  atOnce: number,
): KeyQueuePlan {
  const leaving = keyQueue.running.filter((execution) => stateOf(execution) === "ended");
  const staying = keyQueue.running.filter((execution) => !leaving.includes(execution));
  const next = keyQueue.queued
    .map(({ execution }) => execution)
    .filter((execution) => !keyQueue.running.includes(execution))
    .slice(0, Math.max(0, atOnce - staying.length));
  return {
    start: staying.filter((execution) => stateOf(execution) === "accepted"),
    leaving,
    running: leaving.length + next.length > 0 ? [...staying, ...next] : undefined,
  };
}
