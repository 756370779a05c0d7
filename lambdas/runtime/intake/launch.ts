import { executionName } from "../../../lib/contract/keys.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { Executions, Log, Metrics, Runs } from "../ports.ts";

export interface LaunchPorts {
  runs: Pick<Runs, "started">;
  executions: Pick<Executions, "start">;
  log: Log;
  metrics: Metrics;
}

/** Starts an accepted run's execution by its name, with the stored input: doing so twice starts it once. */
export async function launch(run: RunItem, ports: LaunchPorts): Promise<"started" | "throttled"> {
  const start = await ports.executions.start(executionName(run.run, run.epoch), run.input);
  if (start.kind === "throttled") {
    ports.log.warn("Step Functions takes no more executions just now; the event waits.", { run: run.run });
    ports.metrics.count("StartsThrottled");
    return "throttled";
  }
  await ports.runs.started(run.run, start.execution);
  ports.log.info("The run is started.", {
    run: run.run,
    event: run.event.id,
    execution: start.execution,
  });
  ports.metrics.count("RunsStarted");
  return "started";
}
