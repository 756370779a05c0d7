import type { HandOver } from "../../../lib/contract/groups/express.ts";
import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import type { Now } from "../ports/clock.ts";
import type { Executions } from "../ports/executions.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { type StartPorts, startExecution } from "../runs/start-execution.ts";
import { isWithoutExecution } from "../runs/transitions.ts";

export interface HandOverPorts extends Pick<StartPorts, "version"> {
  runs: Pick<Runs, "read" | "handedOver">;
  executions: Pick<Executions, "start" | "stop">;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/**
 * Continues a run in an execution with the run's own name and input. The claims of completed steps exist, so
 * its group is answered from them and continues where it stopped. Calling this twice starts one execution.
 */
export async function handOver(
  { run: id, epoch, why }: HandOver,
  ports: HandOverPorts,
): Promise<"handed over" | "not needed" | "throttled"> {
  const run = await ports.runs.read(id);
  if (!run || run.epoch !== epoch || !isWithoutExecution(run)) return "not needed";
  // Its message is sent before it is recorded as started: the report is handled once that is done.
  if (!run.express) return run.status === "accepted" && epoch === 1 ? "throttled" : "not needed";
  // The reconciler ends it. An execution would begin a deadline of its own.
  if (Date.parse(run.express.until) <= ports.now()) return "not needed";
  const started = await startExecution(run, ports);
  if (!started) return "throttled";
  const { execution, begun } = started;
  const noted = await ports.runs.handedOver(begun, execution, why);
  if (noted?.epoch !== epoch || noted.execution !== execution) {
    const cause = `The run was ${noted?.status ?? "expired"} when its execution began.`;
    await ports.executions.stop(executionName(id, epoch), { error: "Millrace.TooLate", cause });
    return "not needed";
  }
  ports.metrics.count("RunsHandedOver");
  ports.log.info(`The run continues in an execution: ${why}.`, { run: id, execution });
  return "handed over";
}
