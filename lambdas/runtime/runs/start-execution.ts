import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import { executionInput } from "../../../lib/contract/runs/run-input.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { spanOfRun } from "../../../lib/contract/trace.ts";
import type { Executions } from "../ports/executions.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";

interface StartPorts {
  executions: Pick<Executions, "start">;
  log: Log;
  metrics: Metrics;
}

/**
 * Starts the execution of a run's epoch by its name, with the stored input. Idempotent. Answers its ARN, or
 * undefined if Step Functions throttles.
 */
export async function startExecution(
  item: RunItem,
  { executions, log, metrics }: StartPorts,
): Promise<string | undefined> {
  const { run, epoch, event } = item;
  const start = await executions.start(
    executionName(run, epoch),
    executionInput(item),
    spanOfRun(event.traceparent, run, epoch),
  );
  if (start.kind !== "throttled") return start.execution;
  log.warn("Step Functions throttles new executions; the run waits.", { run });
  metrics.count("StartsThrottled");
  return undefined;
}
