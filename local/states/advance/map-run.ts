import type { State } from "../definition.ts";
import type { Failure } from "../failure.ts";
import type { Counts, Frame, MapPhase, MapRun } from "../frame.ts";
import { type MapRunState, mapRunState } from "../map-run.ts";
import type { Run } from "../run.ts";
import { count, percentage } from "./limits.ts";

/** A Map whose iterations are the child workflows of a Map Run. */
export type DistributedPhase = MapPhase & { run: MapRun };

export function isDistributedPhase(phase: Frame["phase"]): phase is DistributedPhase {
  return phase.kind === "map" && phase.run !== undefined;
}

/** Starts the run of a distributed Map. */
export async function startRun(run: Run, frame: Frame, state: State): Promise<MapRun> {
  const toleratedCount = await count(run, frame, state, "ToleratedFailureCount");
  const toleratedPercentage = await percentage(run, frame, state, "ToleratedFailurePercentage");
  const [, partition, , region, account] = run.execution.arn.split(":");
  const id = run.environment.random.uuid();
  const name = `${run.execution.machineName}/${labelOf(frame, state)}`;
  const arn = `arn:${partition}:states:${region}:${account}:mapRun:${name}:${id}`;
  run.record(frame, "MapRunStarted", { mapRunArn: arn });
  return { arn, toleratedCount, toleratedPercentage, started: run.now(), redrives: 0, redriven: null };
}

/** The run has ended, as its history and its description say. */
export function endRun(
  run: Run,
  frame: Frame,
  phase: Parameters<typeof mapRunState>[0],
  end: { failure?: Failure | undefined; exported?: boolean } = {},
): void {
  const status: MapRunState["status"] = end.failure ? "FAILED" : "SUCCEEDED";
  run.noteMapRun(mapRunState(phase, status, run.now(), end.exported));
  if (!end.failure) run.record(frame, "MapRunSucceeded");
  else run.record(frame, "MapRunFailed", { error: end.failure.error, cause: end.failure.cause });
}

/** The name of the Map in its run's ARN. */
export function labelOf(frame: Frame, state: State): string {
  return state.Label ?? frame.state.replace(/[^A-Za-z0-9-]/g, "").slice(0, 40);
}

/** What fails the run: more failed items than it bears, by number or by share. */
export function exceeded({ run, items, ...phase }: DistributedPhase): Failure | undefined {
  const { failed, length }: Counts = items ?? phase;
  const { toleratedCount, toleratedPercentage } = run;
  const byCount = toleratedCount ?? (toleratedPercentage === null ? 0 : Number.POSITIVE_INFINITY);
  if (failed <= byCount && (100 * failed) / length <= (toleratedPercentage ?? 100)) return undefined;
  return {
    error: "States.ExceedToleratedFailureThreshold",
    cause: "The specified tolerated failure threshold was exceeded",
  };
}
