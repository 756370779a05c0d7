import { executionName } from "../../../lib/contract/execution-name.ts";
import type { ExpressOutcome, ExpressReport } from "../../../lib/contract/express.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { fitOutput } from "../completion/fit-output.ts";
import { isWithoutExecution } from "../completion/transitions.ts";
import type { Now } from "../ports/clock.ts";
import type { Executions } from "../ports/executions.ts";
import type { Artifacts } from "../ports/files.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { startExecution } from "../start-execution.ts";

export interface ReportPorts {
  runs: Pick<Runs, "read" | "succeeded" | "handedOver">;
  executions: Pick<Executions, "start" | "stop">;
  artifacts(workflow: string, run: string): Pick<Artifacts, "put">;
  now: Now;
  log: Log;
  metrics: Metrics;
}

type HandOver = Extract<ExpressReport, { handOver: unknown }>["handOver"];

/**
 * Every step of a run without an execution is done: the run ends as if an execution had succeeded. No claim
 * is left to seal. A run that is already ending, or that an execution has taken over, ends there.
 */
export async function endExpress(
  { run, epoch, acceptedAt, output }: ExpressOutcome,
  workflow: string,
  { runs, artifacts, log }: ReportPorts,
): Promise<void> {
  const refusedBy = await runs.succeeded(
    { run, epoch, acceptedAt },
    await fitOutput(output, artifacts(workflow, run)),
  );
  if (refusedBy === undefined) log.info("The run succeeded.", { run, epoch });
  else log.info("The outcome is not needed.", { run, epoch, ...standingOf(refusedBy) });
}

/**
 * Continues a run in an execution with the run's own name and input. The claims of completed steps exist, so
 * its group is answered from them and continues where it stopped. Calling this twice starts one execution.
 */
export async function handOver(
  { run: id, epoch, why }: HandOver,
  ports: ReportPorts,
): Promise<"handed over" | "not needed" | "throttled"> {
  const run = await ports.runs.read(id);
  if (!run || run.epoch !== epoch || !isWithoutExecution(run)) return "not needed";
  // Its message is sent before it is recorded as started: the report is handled once that is done.
  if (!run.express) return run.status === "accepted" && epoch === 1 ? "throttled" : "not needed";
  // The reconciler ends it. An execution would begin a deadline of its own.
  if (Date.parse(run.express.until) <= ports.now()) return "not needed";
  const execution = await startExecution(run, ports);
  if (execution === undefined) return "throttled";
  const noted = await ports.runs.handedOver(run, execution, why);
  if (noted?.epoch !== epoch || noted.execution !== execution) {
    const cause = `The run was ${noted?.status ?? "expired"} when its execution began.`;
    await ports.executions.stop(executionName(id, epoch), { error: "Millrace.TooLate", cause });
    return "not needed";
  }
  ports.metrics.count("RunsHandedOver");
  ports.log.info(`The run continues in an execution: ${why}.`, { run: id, execution });
  return "handed over";
}

function standingOf({ status, epoch, execution }: RunItem) {
  return { status, current: epoch, execution };
}
