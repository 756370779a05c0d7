import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import { executionInput } from "../../../lib/contract/runs/run-input.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { spanOfRun } from "../../../lib/contract/trace.ts";
import type { Executions } from "../ports/executions.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";

export interface StartPorts {
  executions: Pick<Executions, "start">;
  /** The version of the deployed state machine, on which a run begins whatever version accepted it. @default that one */
  version?: string;
  log: Log;
  metrics: Metrics;
}

/**
 * Starts the execution of a run's epoch by its name, with the stored input. Idempotent. Answers its ARN and the run on the
 * version on which it begins, or undefined if Step Functions throttles.
 */
export async function startExecution(
  accepted: RunItem,
  { executions, version = accepted.version, log, metrics }: StartPorts,
): Promise<{ execution: string; begun: RunItem } | undefined> {
  const begun = { ...accepted, version };
  const { run, epoch, event } = begun;
  const start = await executions.start(
    executionName(run, epoch),
    executionInput(begun),
    spanOfRun(event.traceparent, run, epoch),
  );
  if (start.kind !== "throttled") return { execution: start.execution, begun };
  log.warn("Step Functions throttles new executions; the run waits.", { run });
  metrics.count("StartsThrottled");
  return undefined;
}
