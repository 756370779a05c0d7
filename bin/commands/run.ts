import { Command } from "commander";
import { describeStatus } from "../../lambdas/runtime/control/run-actions.ts";
import type { FailedAttempt, LogReader, OpenState, RunDetails } from "../../lambdas/runtime/ports.ts";
import { fold } from "../../lib/contract/fold.ts";
import type {
  ApprovalItem,
  ClaimItem,
  Compensation,
  OperatorAction,
  RunItem,
  Stuck,
} from "../../lib/contract/table.ts";
import { describePast } from "../describe-past.ts";
import { UsageError } from "../explain.ts";
import { between, print, tabulate } from "../format.ts";
import { effectOf } from "../progress.ts";
import { connect } from "../session.ts";
import { readTime } from "../time.ts";

export function run(): Command {
  return new Command("run")
    .description("show a run: steps, attempts, timings and errors")
    .argument("<run>", "id of the run")
    .option("--at <time>", 'the state at a past time: "2 hours ago", or ISO 8601')
    .action(async (id: string, { at }: { at?: string }, command: Command) => {
      const { reader, eventLog } = await connect(command);
      if (at !== undefined) return print(await past(id, readTime(at, Date.now()), eventLog));
      const details = await reader.run(id);
      if (!details) throw new UsageError(unknownRun(id));
      const { execution, endedAt } = details.run;
      const [failed, open] = await Promise.all([
        execution ? reader.failedAttempts(execution) : [],
        execution && !endedAt ? reader.openStates(execution) : [],
      ]);
      print(describe(details, failed, open, Date.now()));
    });
}

async function past(id: string, time: string, eventLog: LogReader): Promise<string> {
  const state = fold(await eventLog.ofRun(id, time));
  if (state) return describePast(state, time);
  throw new UsageError(
    `The log has no run "${id}" at ${time}. "millrace log ${id}" shows when it started; "millrace runs" lists runs.`,
  );
}

export function unknownRun(id: string): string {
  return `There is no run "${id}". "millrace runs" lists them.`;
}

function describe(
  { run, claims, approvals }: RunDetails,
  failed: FailedAttempt[],
  open: OpenState[],
  now: number,
): string {
  const steps = claims.map((claim) => [
    effectOf(claim),
    standingOf(claim, now),
    String(claim.attempt),
    claim.startedAt,
    between(claim.startedAt, claim.endedAt, now),
  ]);
  const questions = approvals.map((question) => [
    question.path,
    question.decision ? (question.decision.approved ? "approved" : "rejected") : question.state,
    String(question.level),
    question.askedAt,
    `${between(question.askedAt, question.decidedAt, now)}, ${answerTo(question)}`,
  ]);
  // Running steps and pending approvals are listed among the steps.
  const shown = new Set([...claims, ...approvals].map(({ path }) => path));
  const waits = open.filter(({ path }) => !shown.has(path));
  return [
    `${run.run}  ${run.status}  ${between(run.acceptedAt, run.endedAt, now)}`,
    `started by ${run.event.name} ${run.event.id} from ${run.event.source} at ${run.acceptedAt}`,
    ...(run.epoch > 1 ? [`epoch ${run.epoch}, ${begunBy(run)}`] : []),
    ...(run.execution ? [`execution ${run.execution}`] : []),
    ...(run.held ? ["not started: its workflow is paused"] : []),
    ...(run.stuck ? stuckAt(run.stuck) : []),
    ...(run.paused ? [`paused ${saidBy(run.paused)}`] : []),
    ...(run.terminated ? [`terminated ${saidBy(run.terminated)}`] : []),
    ...(run.compensation ? [compensated(run.compensation)] : []),
    "",
    tabulate(["STEP", "STATE", "ATTEMPT", "STARTED", "TOOK"], [...steps, ...questions]),
    ...(waits.length > 0 ? ["", "Waits:"] : []),
    ...waits.map(({ path, since, for: awaited }) => `  ${path} for ${awaited}, since ${since}`),
    ...(failed.length > 0 ? ["", "Failed attempts:"] : []),
    ...failed.map(
      ({ path, attempt, at, name, message }) => `  ${at}  ${path}, attempt ${attempt}: ${name}: ${message}`,
    ),
    ...(run.failure
      ? ["", `The run ${describeStatus(run)}: ${run.failure.error}`, `  ${run.failure.cause}`]
      : []),
    ...(run.output === undefined ? [] : ["", "Output:", JSON.stringify(run.output, null, 2)]),
  ].join("\n");
}

function answerTo({ approval, why, decision }: ApprovalItem): string {
  if (decision) return `by ${decision.decidedBy}${decision.note ? `: ${decision.note}` : ""}`;
  return `${approval} has to decide${why ? `: ${why}` : ""}`;
}

function stuckAt({ also = [], ...first }: Stuck): string[] {
  return [first, ...also].flatMap(({ path, deadLetter, at, reason }) => [
    `stuck at ${path} since ${at}: ${reason}`,
    `  fix the cause, then continue with "millrace dead-letters redrive ${deadLetter}", or end the run with "discard"`,
  ]);
}

/** Who had the last epoch begun, and how. */
function begunBy({ epoch, restarted, replayed, retried }: RunItem): string {
  return epoch === restarted ? `restarted ${saidBy(replayed)}` : `retried ${saidBy(retried)}`;
}

function saidBy(order: OperatorAction | undefined): string {
  return order ? `by ${order.by} at ${order.at}: ${order.why}` : "";
}

function compensated({ open, undone, failed }: Compensation): string {
  const so = `${undone} undone${failed > 0 ? `, ${failed} failed` : ""}`;
  return `compensation ${open ? "in progress" : "finished"}: ${so}`;
}

function standingOf({ state, late, givenUp, reusedFrom, lease }: ClaimItem, now: number): string {
  if (givenUp && state !== "done") return "gave up";
  if (state === "running" && lease <= now) return "worker lost";
  if (reusedFrom !== undefined) return `done in epoch ${reusedFrom}`;
  return late === undefined ? (state ?? "waiting") : "done, late";
}
