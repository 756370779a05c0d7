import { hash } from "node:crypto";
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
  const name = `${run.execution.machineName}/${labelOf(run, frame, state)}`;
  const arn = `arn:${partition}:states:${region}:${account}:mapRun:${name}:${id}`;
  run.record(frame, "MapRunStarted", { mapRunArn: arn });
  return { arn, toleratedCount, toleratedPercentage, started: run.now(), redrives: 0, redriven: null };
}

/**
 * The run has ended, as its history and its description say. Answers the id of the event that says so, which the end of
 * the Map follows; what comes after the Map follows the run's beginning.
 */
export function endRun(
  run: Run,
  frame: Frame,
  phase: Parameters<typeof mapRunState>[0],
  end: { failure?: Failure | undefined; exported?: boolean } = {},
): number {
  const status: MapRunState["status"] = end.failure ? "FAILED" : "SUCCEEDED";
  // Without a writer the results are the state's own.
  run.noteMapRun(mapRunState(phase, status, run.now(), end.exported ?? !end.failure));
  if (!end.failure) return run.record(frame, "MapRunSucceeded", null, { aside: true });
  return run.record(frame, "MapRunFailed", { error: end.failure.error, cause: end.failure.cause });
}

/** The name of the Map in its run's ARN. One that the definition does not give is the same for all runs of the Map. */
export function labelOf(run: Run, frame: Frame, state: State): string {
  return state.Label ?? uuidOf(`${run.execution.machineArn}/${frame.state}`);
}

function uuidOf(text: string): string {
  const hex = hash("sha256", text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
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
