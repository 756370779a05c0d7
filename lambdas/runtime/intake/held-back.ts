import type { RunItem } from "../../../lib/contract/table.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import type { LimitGate } from "./limit/gate.ts";
import type { Admissions } from "./ports.ts";

export interface HoldPorts {
  runs: Pick<Runs, "hold">;
  admissions: Admissions;
  /** The shared limit in front of the workflow's runs, if there is one. */
  limit?: LimitGate | undefined;
  log: Log;
  metrics: Metrics;
}

/**
 * Whether a run has to wait because its workflow is paused or drained. A resume writes the state and then
 * looks for held runs; here it is the other way round, so that one of the two always sees the other.
 */
export async function heldBack(run: RunItem, ports: HoldPorts): Promise<boolean> {
  if (await ports.admissions.open(run.workflow, { recent: true })) return false;
  await ports.runs.hold(run);
  if (await ports.admissions.open(run.workflow)) return false;
  await ports.limit?.hold(run);
  ports.log.info("The workflow is paused or drained; the run waits.", { run: run.run, epoch: run.epoch });
  ports.metrics.count("RunsHeld");
  return true;
}
