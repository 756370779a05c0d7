import { executionName } from "../../../lib/contract/keys.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { spanOfRun } from "../../../lib/contract/trace.ts";
import type { Executions, Log, Metrics, Runs } from "../ports.ts";

export interface LaunchPorts {
  runs: Pick<Runs, "started">;
  executions: Pick<Executions, "start" | "stop">;
  log: Log;
  metrics: Metrics;
}

/** Starts an accepted run's execution by its name, with the stored input: doing so twice starts it once. */
export async function launch(run: RunItem, ports: LaunchPorts): Promise<"started" | "throttled"> {
  const traceparent = spanOfRun(run.event.traceparent, run.run, run.epoch);
  const start = await ports.executions.start(executionName(run.run, run.epoch), run.input, traceparent);
  if (start.kind === "throttled") {
    ports.log.warn("Step Functions takes no more executions just now; the event waits.", { run: run.run });
    ports.metrics.count("StartsThrottled");
    return "throttled";
  }
  const status = await ports.runs.started(run.run, start.execution);
  if (status !== "running") {
    // It was terminated before its execution was there, so that nobody else knows of this one.
    const cause = `The run was ${status} when its execution began.`;
    await ports.executions.stop(executionName(run.run, run.epoch), { error: "Millrace.TooLate", cause });
    ports.log.info("The run had ended before it was started.", { run: run.run, status });
    return "started";
  }
  ports.log.info("The run is started.", {
    run: run.run,
    event: run.event.id,
    execution: start.execution,
  });
  return "started";
}
