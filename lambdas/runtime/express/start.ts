import type { ExpressPlan } from "../../../lib/contract/express.ts";
import type { ExecutionInput } from "../../../lib/contract/message.ts";
import type { ExpressRun, RunItem } from "../../../lib/contract/table.ts";
import type { Log, Now, Runs } from "../ports.ts";
import { expressMessage } from "./message.ts";
import type { ExpressLane } from "./ports.ts";

export interface ExpressStartPorts {
  runs: Pick<Runs, "startedExpress">;
  now: Now;
  log: Log;
}

/**
 * Starts a run without an execution. The message is sent before the run is recorded as started, as an
 * execution is: after a crash in between, the run is still accepted, and the next delivery sends the same
 * message again.
 */
export async function startExpress(
  run: RunItem,
  input: ExecutionInput,
  plan: ExpressPlan,
  lane: Pick<ExpressLane, "send">,
  { runs, now, log }: ExpressStartPorts,
): Promise<void> {
  await lane.send(expressMessage(input, plan, run.acceptedAt));
  const express: ExpressRun = { until: timeAfter(now(), plan.deadline) };
  const check = timeAfter(now(), Math.min(plan.patience, plan.deadline));
  await runs.startedExpress(run, express, check);
  log.info("The run is started without an execution.", { run: run.run, event: run.event.id });
}

function timeAfter(now: number, seconds: number): string {
  return new Date(now + seconds * 1000).toISOString();
}
