import { executionName } from "../../../lib/contract/keys.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { spanOfRun } from "../../../lib/contract/trace.ts";
import { expressInput } from "../express/message.ts";
import type { ExpressLane } from "../express/ports.ts";
import { type ExpressStartPorts, startExpress } from "../express/start.ts";
import type { Executions, Log, Metrics, Runs } from "../ports.ts";

export interface LaunchPorts extends ExpressStartPorts {
  runs: Pick<Runs, "started" | "startedExpress">;
  /** Of a workflow whose runs do without an execution. */
  express?: ExpressLane | undefined;
  executions: Pick<Executions, "start" | "stop">;
  log: Log;
  metrics: Metrics;
}

/** Starts an accepted run: without an execution where it was accepted so and its workflow still does without. */
export async function launch(run: RunItem, ports: LaunchPorts): Promise<"started" | "throttled"> {
  const { express } = ports;
  const input = express && expressInput(run);
  const plan = input && (await express.plan());
  if (!plan) return await launchExecution(run, ports);
  await startExpress(run, input, plan, express!, ports);
  return "started";
}

/** Starts an accepted run's execution by its name, with the stored input: doing so twice starts it once. */
async function launchExecution(run: RunItem, ports: LaunchPorts): Promise<"started" | "throttled"> {
  const traceparent = spanOfRun(run.event.traceparent, run.run, run.epoch);
  const start = await ports.executions.start(executionName(run.run, run.epoch), run.input, traceparent);
  if (start.kind === "throttled") {
    ports.log.warn("Step Functions throttles new executions; the event waits.", { run: run.run });
    ports.metrics.count("StartsThrottled");
    return "throttled";
  }
  const noted = await ports.runs.started(run, start.execution);
  if (noted?.status !== "running" || noted.epoch !== run.epoch) {
    // It was terminated, or even retried, before its execution existed: only this invocation knows of that.
    const { status = "expired", epoch = run.epoch } = noted ?? {};
    const cause = `The run was ${status} in epoch ${epoch} when the execution of epoch ${run.epoch} began.`;
    await ports.executions.stop(executionName(run.run, run.epoch), { error: "Millrace.TooLate", cause });
    ports.log.info("The epoch had ended before its execution began.", { run: run.run, status, epoch });
    return "started";
  }
  ports.log.info("The run is started.", {
    run: run.run,
    event: run.event.id,
    execution: start.execution,
  });
  return "started";
}
