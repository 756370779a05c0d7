import { START_DEADLINE } from "../../../lib/contract/failure.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { expire, startsTooLate } from "../runs/transitions.ts";

export interface StartDeadlinePorts {
  runs: Pick<Runs, "change">;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** Ends a run that has waited too long for its start, and answers the run's new state. */
export async function endIfLate(run: RunItem, ports: StartDeadlinePorts): Promise<RunItem | undefined> {
  const now = ports.now();
  if (!startsTooLate(run, now)) return run;
  const { run: id, epoch, workflow } = run;
  const ended = await ports.runs.change(id, expire(epoch, now), { seen: run });
  if (ended?.failure?.error !== START_DEADLINE) return ended;
  ports.log.warn("The run has ended, since it was not started in time.", { run: id, epoch, workflow });
  ports.metrics.count("RunsNotStartedInTime", 1, { workflow });
  return ended;
}
