import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { ExpressLane } from "../express/ports.ts";
import { type ExpressStartPorts, startExpress } from "../express/start.ts";
import type { Executions } from "../ports/executions.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { type StartPorts, startExecution } from "../runs/start-execution.ts";
import type { LimitGate } from "./limit/gate.ts";

export interface LaunchPorts extends ExpressStartPorts, Pick<StartPorts, "version"> {
  runs: Pick<Runs, "started" | "startedExpress">;
  /** Of a workflow whose runs need no execution. */
  express?: ExpressLane | undefined;
  executions: Pick<Executions, "start" | "stop">;
  /** The shared limit in front of the workflow's runs, if there is one. */
  limit?: LimitGate | undefined;
  /** Whether to check its places: one may belong to a run whose end was not reported. */
  verify?: boolean | undefined;
  /** Whether a run of the deployed definition has nothing to seal when it succeeds. */
  leavesNothing?: boolean;
  log: Log;
  metrics: Metrics;
}

/**
 * Starts an accepted run, without an execution if the version that it was accepted for needs none; unless it
 * has to wait for a place in a shared limit.
 */
export async function launch(run: RunItem, ports: LaunchPorts): Promise<"started" | "waits" | "throttled"> {
  if (!ports.limit) return await start(run, ports);
  if (!(await ports.limit.enter(run, { verify: ports.verify }))) return "waits";
  const started = await start(run, ports);
  if (started === "started") await ports.limit.started(run);
  return started;
}

async function start(run: RunItem, ports: LaunchPorts): Promise<"started" | "throttled"> {
  const { express } = ports;
  // A later epoch has an execution.
  const plan = run.epoch === 1 ? await express?.plan(run.version) : undefined;
  if (!express || !plan) return await launchExecution(run, ports);
  await startExpress(run, plan, express, ports);
  return "started";
}

async function launchExecution(run: RunItem, ports: LaunchPorts): Promise<"started" | "throttled"> {
  const started = await startExecution(run, ports);
  if (!started) return "throttled";
  const { execution, begun } = started;
  const noted = await ports.runs.started(begun, execution, ports.leavesNothing);
  if (noted?.status !== "running" || noted.epoch !== run.epoch) {
    // It was terminated, or even retried, before its execution existed: only this invocation knows about the
    // execution.
    const { status = "expired", epoch = run.epoch } = noted ?? {};
    const cause = `The run was ${status} in epoch ${epoch} when the execution of epoch ${run.epoch} began.`;
    await ports.executions.stop(executionName(run.run, run.epoch), { error: "Millrace.TooLate", cause });
    ports.log.info("The epoch had ended before its execution began.", { run: run.run, status, epoch });
    return "started";
  }
  ports.log.info("The run is started.", { run: run.run, event: run.event.id, execution });
  return "started";
}
