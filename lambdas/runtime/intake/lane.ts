import type { Lane } from "./ports.ts";

/** How far an execution is that holds a place. */
export type Standing = "accepted" | "under way" | "over";

/** What to do with a lane as it was found. */
export interface LanePlan {
  /** Executions that hold a place and are to be started. */
  start: string[];
  /** Executions that are over and may leave. */
  leave: string[];
  /** Who holds a place from now on; undefined where nothing changes. */
  running: string[] | undefined;
}

/**
 * Who leaves a lane, who starts, and who moves up. A place is written before its run is started, so that a crash
 * between the two shows as a run that holds a place and stands at "accepted".
 */
export function planLane(lane: Lane, standing: (execution: string) => Standing, atOnce: number): LanePlan {
  const leave = lane.running.filter((execution) => standing(execution) === "over");
  const staying = lane.running.filter((execution) => !leave.includes(execution));
  const next = lane.queued
    .map(({ execution }) => execution)
    .filter((execution) => !lane.running.includes(execution))
    .slice(0, Math.max(0, atOnce - staying.length));
  return {
    start: staying.filter((execution) => standing(execution) === "accepted"),
    leave,
    running: leave.length + next.length > 0 ? [...staying, ...next] : undefined,
  };
}
