import { Command } from "commander";
import type { FailedAttempt, LogReader, OpenState, RunDetails } from "../../lambdas/runtime/ports/readers.ts";
import type { AwaitedView } from "../../lib/contract/api/index.ts";
import { fold } from "../../lib/contract/log/fold.ts";
import { describeVotes } from "../../lib/contract/quorum.ts";
import { describeFailure } from "../../lib/contract/runs/run-failure.ts";
import type { RunState } from "../../lib/contract/runs/run-state.ts";
import type {
  ApprovalItem,
  ClaimItem,
  Compensation,
  ExpressRun,
  OperatorAction,
  RunItem,
  Stuck,
} from "../../lib/contract/table.ts";
import { answer } from "../answer.ts";
import { describePast } from "../describe-past.ts";
import { effectOf } from "../effect.ts";
import { UsageError } from "../explain.ts";
import { describeFailedAttempts, failedAttempts } from "../failed-attempts.ts";
import { findRun } from "../find-run.ts";
import { ago, between, tabulate } from "../format.ts";
import { awaitedNow, describeAwaited, statusOf } from "../run-status.ts";
import { commandOf } from "../self.ts";
import { connect } from "../session.ts";
import { paintError, paintStatus } from "../style.ts";
import { readTime } from "../time.ts";

export function run(): Command {
  return new Command("run")
    .description("show a run: steps, attempts, timings and errors")
    .argument("<run>", "id of the run, or its beginning")
    .option("--at <time>", 'the state at a past time: "2 hours ago", or ISO 8601')
    .action(async (id: string, { at }: { at?: string }, command: Command) => {
      const session = await connect(command);
      const { reader, eventLog } = session;
      if (at !== undefined) {
        const state = await past(id, readTime(at, Date.now()), eventLog);
        return answer(command, state, () => describePast(state, readTime(at, Date.now())));
      }
      const details = await findRun(session, id);
      const { run, execution, endedAt } = details.run;
      const [history, open, entries] = await Promise.all([
        execution ? reader.failedAttempts(execution) : [],
        execution && !endedAt ? reader.openStates(execution) : [],
        eventLog.ofRun(run),
      ]);
      const now = Date.now();
      const awaited = awaitedNow(details, entries, now);
      const failed = failedAttempts(fold(entries), history);
      answer(
        command,
        { ...details, status: statusOf(details, awaited), waiting: awaited, failedAttempts: failed },
        () => describe(details, { failed, open, awaited }, now),
      );
    });
}

async function past(id: string, time: string, eventLog: LogReader): Promise<RunState> {
  const state = fold(await eventLog.ofRun(id, time));
  if (state) return state;
  throw new UsageError(
    `The log has no run "${id}" at ${time}. "millrace log ${id}" shows when it started; "millrace runs" lists runs.`,
  );
}

function describe(
  details: RunDetails,
  { failed, open, awaited }: { failed: FailedAttempt[]; open: OpenState[]; awaited: AwaitedView[] },
  now: number,
): string {
  const { run, claims, approvals } = details;
  const steps = claims.map((claim) => [
    effectOf(claim),
    claimText(claim, now),
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
    `${run.run}  ${paintStatus(statusOf(details, awaited))}  ${between(run.acceptedAt, run.endedAt, now)}`,
    `started by ${run.event.name} ${run.event.id} from ${run.event.source} at ${run.acceptedAt}, ${ago(run.acceptedAt, now)}`,
    ...(awaited.length > 0 ? [`waits for ${describeAwaited(awaited, now)}`] : []),
    ...(run.epoch > 1 ? [`epoch ${run.epoch}, ${begunBy(run)}`] : []),
    ...(run.express ? [expressOf(run.express)] : []),
    ...(run.execution ? [`execution ${run.execution}`] : []),
    ...(run.held ? ["not started: its workflow is paused"] : []),
    ...(run.stuck ? stuckAt(run.stuck) : []),
    ...(run.paused ? [`paused ${saidBy(run.paused)}`] : []),
    ...(run.terminated ? [`terminated ${saidBy(run.terminated)}`] : []),
    ...(run.compensation ? [compensated(run.compensation)] : []),
    // Who terminated the run, and why, is above.
    ...(run.failure && run.failure.error !== "Millrace.Terminated"
      ? [paintError(describeFailure(run.failure).summary)]
      : []),
    "",
    tabulate(["STEP", "STATE", "ATTEMPT", "STARTED", "TOOK"], [...steps, ...questions]),
    ...(waits.length > 0 ? ["", "Waits:"] : []),
    ...waits.map(({ path, since, for: awaited }) => `  ${path} for ${awaited}, since ${since}`),
    ...(failed.length > 0 ? ["", "Failed attempts:"] : []),
    ...describeFailedAttempts(failed),
    ...(run.status === "failed"
      ? ["", `Retry it with the edited code: ${commandOf(`retry ${run.run}`)}`]
      : []),
    ...(run.output === undefined ? [] : ["", "Output:", JSON.stringify(run.output, null, 2)]),
  ].join("\n");
}

function answerTo({ approval, why, decision, ...votes }: ApprovalItem): string {
  if (decision) return `by ${decision.decidedBy}${decision.note ? `: ${decision.note}` : ""}`;
  const progress = describeVotes(votes);
  const so = progress === undefined ? "" : ` (${progress})`;
  return `${approval} has to decide${so}${why ? `: ${why}` : ""}`;
}

function stuckAt({ also = [], ...first }: Stuck): string[] {
  return [first, ...also].flatMap(({ path, deadLetter, at, reason }) => [
    `stuck at ${path} since ${at}: ${reason}`,
    `  fix the cause, then continue with "millrace dead-letters redrive ${deadLetter}", or end the run with "discard"`,
  ]);
}

/** Who started the last epoch, and how. */
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

function claimText({ state, late, givenUp, reusedFrom, lease, failure }: ClaimItem, now: number): string {
  if (givenUp && state !== "done") return "gave up";
  if (state === "sealed" && late === undefined) return failure ? "failed" : "stopped with the run";
  if (state === "running" && lease <= now) return "worker lost";
  if (reusedFrom !== undefined) return `done in epoch ${reusedFrom}`;
  return late === undefined ? (state ?? "waiting") : "done, late";
}

function expressOf({ handedOver }: ExpressRun): string {
  return handedOver === undefined ? "express: no execution" : `express, handed over: ${handedOver}`;
}
