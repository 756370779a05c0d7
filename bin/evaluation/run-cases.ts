import { awaitedBy } from "../../lambdas/runtime/api/views/awaited.ts";
import { currentState } from "../../lambdas/runtime/api/views/current-state.ts";
import type { RunDetails } from "../../lambdas/runtime/ports/readers.ts";
import type { Publisher } from "../../lambdas/runtime/publish/publish.ts";
import type { Usage } from "../../lib/contract/budget.ts";
import { add } from "../../lib/contract/budget.ts";
import { milliseconds } from "../../lib/contract/duration.ts";
import { fold } from "../../lib/contract/log/fold.ts";
import { mapConcurrently } from "../../lib/contract/map-concurrently.ts";
import { describeFailure } from "../../lib/contract/runs/run-failure.ts";
import { type ApprovalItem, isEnded, type LogItem, type RunItem } from "../../lib/contract/table.ts";
import type { Evaluation } from "../../lib/evaluation/evaluation.ts";
import type { CaseOutcome } from "../../lib/evaluation/report.ts";
import { type AskJudge, type CaseResult, type Scored, scored } from "../../lib/evaluation/scorer.ts";
import { UsageError } from "../explain.ts";
import type { PreparedCase } from "./prepare.ts";

/** What an evaluation needs of a deployed Millrace. */
export interface EvaluationPorts {
  publish: Publisher["publish"];
  read(run: string): Promise<RunDetails | undefined>;
  log(run: string): Promise<LogItem[]>;
  /** A value of a run with its offloaded parts. */
  restore(value: unknown, run: RunItem): Promise<unknown>;
  decide(question: ApprovalItem, approved: boolean): Promise<void>;
  judge: AskJudge;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** A case that has ended, with the content version on which its run ended. */
export interface EvaluatedCase {
  outcome: CaseOutcome;
  version: string | undefined;
}

/**
 * Starts the runs of all cases, a limited number at a time, waits for their ends and scores them. A run that
 * an earlier call has started is not started again. Answers in the order of the cases.
 */
export async function runCases(
  evaluation: Evaluation,
  cases: readonly PreparedCase[],
  ports: EvaluationPorts,
  report: (outcome: CaseOutcome, done: number) => void,
): Promise<EvaluatedCase[]> {
  let done = 0;
  return await mapConcurrently(cases, evaluation.concurrency, async (one) => {
    const evaluated = await runCase(evaluation, one, ports);
    report(evaluated.outcome, ++done);
    return evaluated;
  });
}

async function runCase(
  evaluation: Evaluation,
  prepared: PreparedCase,
  ports: EvaluationPorts,
): Promise<EvaluatedCase> {
  const { one, run, digest, event: id, data } = prepared;
  const earlier = await ports.read(run);
  if (!earlier) await ports.publish(evaluation.event, data, { id });
  const details = await untilEnded(evaluation, run, earlier, ports);
  const known = { id: one.id, digest, labels: one.labels, run, reused: earlier !== undefined };
  if (!details || !isEnded(details.run.status)) {
    const usage = details ? await usageOf(details.run, ports) : NOTHING;
    const problem = await whyOpen(evaluation, prepared, details, ports);
    return {
      outcome: { ...known, status: "unfinished", problem, ...usage, scores: {} },
      version: details?.run.version,
    };
  }
  const { status, acceptedAt, endedAt, version, failure } = details.run;
  const succeeded = status === "succeeded";
  return {
    outcome: {
      ...known,
      status: succeeded ? "succeeded" : "failed",
      ...(!succeeded && { problem: failure ? describeFailure(failure).summary : `The run is ${status}.` }),
      milliseconds: Date.parse(endedAt!) - Date.parse(acceptedAt),
      ...(await usageOf(details.run, ports)),
      scores: succeeded
        ? await scoresOf(evaluation, prepared, details, ports)
        : failedScores(evaluation, prepared),
    },
    version,
  };
}

/** The first pause between two reads of a run, and the longest. */
const SHORTEST_PAUSE = 200;
const LONGEST_PAUSE = 3_000;

/** Waits for the end of a run, and decides its questions if the evaluation does. */
async function untilEnded(
  { within, decide }: Evaluation,
  run: string,
  earlier: RunDetails | undefined,
  { read, decide: answer, now, sleep }: EvaluationPorts,
): Promise<RunDetails | undefined> {
  const end = now() + milliseconds(within);
  let details = earlier;
  for (let pause = SHORTEST_PAUSE; !details || !isEnded(details.run.status); pause *= 1.3) {
    if (now() >= end) return details;
    for (const question of details?.approvals ?? []) {
      if (question.state !== "pending") continue;
      const { approval, path, show } = question;
      const approved = decide?.({ approval, path, show });
      if (approved !== undefined) await answer(question, approved);
    }
    await sleep(Math.min(pause, LONGEST_PAUSE));
    details = await read(run);
  }
  return details;
}

const NOTHING: Usage = { usd: 0, tokens: 0 };

/** What a run has cost, and the runs that it called. */
async function usageOf(
  { run, budget }: Pick<RunItem, "run" | "budget">,
  ports: EvaluationPorts,
): Promise<Usage> {
  const waits = fold(await ports.log(run))?.waits ?? [];
  const children = new Set(waits.filter(({ purpose }) => purpose === "child").map(({ key }) => key));
  let usage = budget?.spent ?? NOTHING;
  for (const child of children) {
    const called = await ports.read(child);
    if (called) usage = add(usage, await usageOf(called.run, ports));
  }
  return usage;
}

async function whyOpen(
  { within }: Evaluation,
  { event, run }: PreparedCase,
  details: RunDetails | undefined,
  ports: EvaluationPorts,
): Promise<string> {
  if (!details) return `No run after ${within}: "millrace deliveries ${event}" shows why.`;
  if (details.run.stuck) return `Stuck at ${details.run.stuck.path}: ${details.run.stuck.reason}.`;
  if (details.run.held) return "Not started: its workflow is paused.";
  const now = new Date(ports.now()).toISOString();
  const awaited = awaitedBy(currentState(details, fold(await ports.log(run)), now));
  const waits = awaited.length > 0 ? `, waits for ${awaited.map((one) => one.for).join(" and ")}` : "";
  return `It is ${details.run.status} after ${within}${waits}.`;
}

/** A run that fails answers nothing, which is as bad as a wrong answer. */
function failedScores({ scorers }: Evaluation, { one }: PreparedCase): Record<string, Scored> {
  const applying = scorers.filter((scorer) => scorer.applies(one));
  return Object.fromEntries(applying.map(({ name }) => [name, { score: 0, why: "the run failed" }]));
}

async function scoresOf(
  { scorers }: Evaluation,
  { one }: PreparedCase,
  { run: item, claims }: RunDetails,
  { restore, judge }: EvaluationPorts,
): Promise<Record<string, Scored>> {
  const result: CaseResult = {
    ...one,
    run: item.run,
    output: await restore(item.output, item),
    async step(path) {
      const claim = claims.find((claim) => claim.path === path && claim.direction === "do");
      if (claim?.state === "done") return await restore(claim.result, item);
      const paths = claims.map((claim) => claim.path).join(", ");
      throw new Error(`The run ${item.run} has no result of a step "${path}". It has ${paths}.`);
    },
  };
  const scores: Record<string, Scored> = {};
  for (const { name, score } of scorers.filter((scorer) => scorer.applies(one))) {
    try {
      scores[name] = scored(await score(result, judge), name, one.id);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `The scorer "${name}" failed for the case "${one.id}" (run ${item.run}): ${(error as Error).message} Fix it and repeat the command: finished runs are reused.`,
      );
    }
  }
  return scores;
}
