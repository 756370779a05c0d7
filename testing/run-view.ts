import { awaitedBy } from "../lambdas/runtime/api/views/awaited.ts";
import { currentState } from "../lambdas/runtime/api/views/current-state.ts";
import type { RunDetails } from "../lambdas/runtime/ports/readers.ts";
import type { AwaitedView } from "../lib/contract/api/index.ts";
import type { FailureRecord } from "../lib/contract/failure.ts";
import { fold } from "../lib/contract/log/fold.ts";
import { describeFailure, type RunFailure } from "../lib/contract/runs/run-failure.ts";
import type { Compensation, LogItem, RunStatus } from "../lib/contract/table.ts";

/** A run as a test sees it. */
export interface RunView {
  run: string;
  workflow: string;
  /** "waiting" while it runs and only waits. */
  status: RunStatus | "waiting";
  epoch: number;
  /** What it waits for: people and events. */
  waiting: AwaitedView[];
  /** By path; of an undo, "undo of <path>". */
  steps: Record<string, StepView>;
  approvals: ApprovalView[];
  output: unknown;
  failure: RunFailure | undefined;
  compensation: Compensation | undefined;
}

export interface StepView {
  step: string;
  state: string;
  attempt: number;
  result: unknown;
  failure: FailureRecord | undefined;
}

export interface ApprovalView {
  path: string;
  approval: string;
  level: number;
  state: string;
  show: unknown;
  decision: { approved: boolean; decidedBy: string; note?: string | undefined } | undefined;
}

/** The result of an event that was sent. */
export interface Sent {
  /** Id of the event. */
  event: string;
  /** The runs that it started: of a batch, the run that it completed. */
  runs: string[];
  /** The only run that it started. Throws if it started none, or several. */
  readonly run: string;
}

/** `quarantined`: why subscribers refused the event, a line for each. */
export function sentEvent(event: string, name: string, runs: string[], quarantined: string[] = []): Sent {
  return {
    event,
    runs,
    get run() {
      if (runs.length === 1) return runs[0]!;
      if (runs.length === 0 && quarantined.length > 0)
        throw new Error(`The event ${name} started no run: it is quarantined.\n${quarantined.join("\n")}`);
      throw new Error(
        runs.length === 0
          ? `The event ${name} started no run: no workflow starts on it, it is a duplicate, it waits for its batch, or its workflow is paused.`
          : `The event ${name} started ${runs.length} runs: ${runs.join(", ")}. Choose one of \`runs\`.`,
      );
    },
  };
}

export function runView(details: RunDetails, entries: LogItem[], now: string): RunView {
  const { run, claims, approvals } = details;
  const waiting = awaitedBy(currentState(details, fold(entries), now));
  return {
    run: run.run,
    workflow: run.workflow,
    epoch: run.epoch,
    waiting,
    status: run.status === "running" && waiting.length > 0 ? "waiting" : run.status,
    steps: Object.fromEntries(
      claims.map(({ path, direction, step, state, attempt, result, failure }) => [
        direction === "undo" ? `undo of ${path}` : path,
        {
          step,
          attempt,
          result,
          failure,
          state: state === "sealed" ? (failure ? "failed" : "stopped") : (state ?? "waiting"),
        },
      ]),
    ),
    approvals: approvals.map(({ path, approval, level, state, show, decision }) => ({
      path,
      approval,
      level,
      state,
      show,
      decision,
    })),
    output: run.output,
    failure: run.failure && describeFailure(run.failure),
    compensation: run.compensation,
  };
}
