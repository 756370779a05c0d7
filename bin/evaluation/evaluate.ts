import { setTimeout as sleep } from "node:timers/promises";
import { deployedCode } from "../../lambdas/runtime/aws/release/deployed-code.ts";
import { restore } from "../../lambdas/runtime/payload/restore.ts";
import type { EvaluationCase } from "../../lib/evaluation/case.ts";
import type { Evaluation } from "../../lib/evaluation/evaluation.ts";
import type { CaseOutcome, EvaluationReport } from "../../lib/evaluation/report.ts";
import type { Session } from "../session.ts";
import type { ModelJudge } from "./judge.ts";
import { prepareCases } from "./prepare.ts";
import { type EvaluationPorts, runCases } from "./run-cases.ts";

export interface EvaluateOptions {
  stack: string;
  /** @default derived from what is deployed */
  experiment: string | undefined;
  judge: ModelJudge;
  started: (experiment: string) => void;
  report: (outcome: CaseOutcome, done: number) => void;
}

/** Evaluates a workflow of a deployed stack. */
export async function evaluate(
  session: Session,
  evaluation: Evaluation,
  cases: readonly EvaluationCase[],
  { stack, experiment: named, judge, started, report }: EvaluateOptions,
): Promise<EvaluationReport> {
  const { name, workflow } = evaluation;
  const experiment = named ?? (await deployedCode(workflow.name, await session.releases()));
  const prepared = await prepareCases(evaluation, cases, experiment);
  started(experiment);
  const ended = await runCases(evaluation, prepared, portsOf(session, name, judge), report);
  return {
    evaluation: name,
    workflow: workflow.name,
    stack,
    experiment,
    versions: [...new Set(ended.flatMap(({ version = [] }) => version))],
    at: new Date().toISOString(),
    cases: ended.map(({ outcome }) => outcome),
    judge: judge.cost(),
  };
}

function portsOf(
  { publisher, reader, eventLog, artifacts, approvals }: Session,
  evaluation: string,
  judge: ModelJudge,
): EvaluationPorts {
  return {
    publish: async (...event) => await (await publisher(`millrace.eval.${evaluation}`)).publish(...event),
    read: (run) => reader.run(run),
    log: (run) => eventLog.ofRun(run),
    restore: (value, { workflow, run }) =>
      restore(value, { get: artifacts.get, uri: (key) => artifacts.uri(`${workflow}/${run}/${key}`) }),
    async decide(question, approved) {
      await approvals.decide(question, { approved, decidedBy: `eval:${evaluation}` });
    },
    judge: judge.ask,
    now: Date.now,
    sleep: async (milliseconds) => {
      await sleep(milliseconds);
    },
  };
}
