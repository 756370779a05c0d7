import type { Lane } from "./ports.ts";

/** Where the runs that hold a place stand. */
export type Standing = "accepted" | "under way" | "over";

/** What to do with a lane as it was found. */
export interface LanePlan {
  /** Runs that hold a place and are to be started. */
  start: string[];
  /** Runs that are over and may leave. */
  leave: string[];
  /** Who holds a place from now on; undefined where nothing changes. */
  running: string[] | undefined;
}

/**
 * Who leaves a lane, who starts, and who moves up. A place is written before its run is started, so that a crash
 * between the two shows as a run that holds a place and stands at "accepted".
 */
export function planLane(lane: Lane, standing: (run: string) => Standing, atOnce: number): LanePlan {
  const leave = lane.running.filter((run) => standing(run) === "over");
  const staying = lane.running.filter((run) => !leave.includes(run));
  const next = lane.queued
    .map(({ run }) => run)
    .filter((run) => !lane.running.includes(run))
    .slice(0, Math.max(0, atOnce - staying.length));
  return {
    start: staying.filter((run) => standing(run) === "accepted"),
    leave,
    running: leave.length + next.length > 0 ? [...staying, ...next] : undefined,
  };
}
