import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import type { RunEnd, RunItem } from "../../../lib/contract/table.ts";
import { close, hasEnded, succeed } from "../runs/transitions.ts";
import { compensate, endCompensated } from "./compensate.ts";
import { isOverdue } from "./deadline.ts";
import { fitOutput } from "./fit-output.ts";
import type { EndPorts, Failure } from "./ports.ts";

/**
 * Advances a run that is ending as far as possible now, whatever ended it and wherever an earlier attempt
 * stopped.
 *
 *     close ──▶ seal its claims ──▶ stop its execution ──▶ undo what was done ──▶ ended
 *                                       └ its end brings us back       └ so does the end of each compensation
 *
 * A worker writes its claim and then reads the run; here the run is closed and then its claims are read. So
 * one of the two always sees the other. If the run is not ending, its late effects are undone.
 */
export async function advance(run: RunItem, ports: EndPorts): Promise<void> {
  if (run.status !== "closing") {
    await compensate(run, endingOf(run), ports);
    return;
  }
  await ports.claims.seal(run.run, run.epoch);
  const { workflow } = run;
  const name = executionName(run.run, run.epoch);
  const state = await ports.machines.look(workflow, name);
  if (state === "running") {
    await ports.machines.stop(workflow, name, failureOf(run, ports.now()));
    ports.log.info("The execution is stopped.", { run: run.run, epoch: run.epoch });
    return;
  }
  // One that has just begun may not be described yet.
  if (state === "absent" && run.execution)
    await ports.machines.stop(workflow, name, failureOf(run, ports.now()));
  const ending =
    state === "absent" ? neverStarted(run, ports.now()) : await fitting(endOf(state.end), run, ports);
  const nothingToUndo = ending.status === "succeeded" && !run.compensation;
  await (nothingToUndo ? endCompensated(run, ending, [], ports) : compensate(run, ending, ports));
}

/** The same for an execution that ended without a request to stop: its run is closed first. */
export async function endRun(run: RunItem, ports: EndPorts): Promise<void> {
  const closing = await ports.runs.change(run.run, close(ports.now()));
  if (closing?.epoch === run.epoch) await advance(closing, ports);
}

/**
 * The same for a run that succeeded and has nothing to undo: one write closes and ends it, since nothing
 * starts in a run that has ended. The caller retries a failure, so that all claims are sealed.
 */
export async function succeedRun(run: RunItem, output: unknown, ports: EndPorts): Promise<void> {
  const { output: kept } = await fitting({ status: "succeeded", output }, run, ports);
  const ended = await ports.runs.change(run.run, succeed(run, kept, ports.now()), {
    seen: run,
  });
  if (ended?.status === "closing") return await advance(ended, ports);
  if (ended?.epoch !== run.epoch || ended.status !== "succeeded") return;
  ports.log.info("The run succeeded.", { run: run.run, epoch: run.epoch });
  await sealLeft(ended, ports);
}

/** Seals what a run that has succeeded may have left behind. Most definitions leave nothing. */
export async function sealLeft(
  { run, epoch, leavesNothing }: RunItem,
  { claims }: Pick<EndPorts, "claims">,
): Promise<void> {
  if (!leavesNothing) await claims.seal(run, epoch);
}

async function fitting(end: RunEnd, { workflow, run }: RunItem, { artifactsOf }: EndPorts): Promise<RunEnd> {
  if (end.output === undefined) return end;
  return { ...end, output: await fitOutput(end.output, artifactsOf(workflow, run)) };
}

/** How a run ends or has ended; undefined if it continues. */
export function endingOf(run: RunItem): RunEnd | undefined {
  if (run.status === "compensating") return run.ending;
  return hasEnded(run) ? { status: run.status as RunEnd["status"] } : undefined;
}

function failureOf(run: RunItem, now: number): Failure {
  const { terminated } = run;
  if (terminated) return { error: "Millrace.Terminated", cause: `${terminated.by}: ${terminated.why}` };
  if (isOverdue(run, now)) return { error: TIMED_OUT, cause: OVERDUE };
  return { error: "Millrace.Lost", cause: "The execution no longer exists in Step Functions." };
}

function neverStarted(run: RunItem, now: number): RunEnd {
  const failure = failureOf(run, now);
  if (run.terminated) return { status: "terminated", failure };
  return { status: failure.error === TIMED_OUT ? "timed-out" : "failed", failure };
}

/** An execution that was stopped at the deadline of its run has timed out. */
function endOf(end: RunEnd): RunEnd {
  const timedOut = end.status === "terminated" && end.failure?.error === TIMED_OUT;
  return timedOut ? { ...end, status: "timed-out" } : end;
}

/** The error name that Step Functions uses for an execution that times out. */
const TIMED_OUT = "States.Timeout";
const OVERDUE = "The run took longer than its deadline.";
