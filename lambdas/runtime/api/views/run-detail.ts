import type {
  ApprovalView,
  RunDetail,
  StepFailure,
  StepView,
  WaitView,
} from "../../../../lib/contract/api/index.ts";
import type { FailureRecord } from "../../../../lib/contract/failure.ts";
import { describeVotes } from "../../../../lib/contract/quorum.ts";
import { lostWay } from "../../../../lib/contract/race.ts";
import { describeFailure } from "../../../../lib/contract/runs/run-failure.ts";
import { indexedStatusOf } from "../../../../lib/contract/runs/run-indexes.ts";
import { payloadOf } from "../../../../lib/contract/runs/run-input.ts";
import type {
  QuestionState,
  RunState,
  StepState,
  WaitState,
} from "../../../../lib/contract/runs/run-state.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import type { WorkflowGraph } from "../../../../lib/contract/workflow-graph.ts";
import { withArtifacts } from "./artifacts.ts";
import { awaitedBy } from "./awaited.ts";
import { nodeStates } from "./node-states.ts";
import { runSummary } from "./run-summary.ts";

/** The data of the view. */
export interface Shown {
  item: RunItem;
  /** The state at the requested time. */
  state: RunState;
  graph: WorkflowGraph | undefined;
  /** Address of an execution in the console of Step Functions. */
  consoleUrl: ((execution: string) => string) | undefined;
}

/** A run with everything known about it at a time. */
export function runDetail({ item, state, graph, consoleUrl }: Shown): RunDetail {
  const ofEpoch = <Part extends { epoch: number }>(parts: readonly Part[]) =>
    parts.filter(({ epoch }) => epoch === state.epoch);
  const all = ofEpoch(state.steps).map(stepView);
  const steps = shortened(all);
  const questions = ofEpoch(state.questions).map((question) => approvalView(question, item));
  // What a way that has lost a race waited for is not awaited any more.
  const waits = ofEpoch(state.waits).filter((wait) => lostWay(wait, state.races) === undefined);
  const status = state.status ?? item.status;
  const open = indexedStatusOf({ status }) === "open";
  const waiting = open ? waits.filter((wait) => wait.state === "waiting") : [];
  const { event, parent, version } = item;
  const { execution, output, failure, stuck, compensation } = state;
  const awaited = awaitedBy(state);
  const progress = {
    status,
    steps: all,
    questions,
    waits: waiting.map(waitView),
    // In a run that has ended, an open wait had no event, except that no item records its timeout.
    met: waits.filter((wait) => wait.state !== "waiting" || status === "succeeded").map(({ path }) => path),
  };
  return {
    ...summaryAt(item, state),
    ...(awaited.length > 0 && { waiting: awaited }),
    version,
    settings: item.settings,
    switches: item.switches,
    limit: item.limit,
    mode: item.express ? "express" : "standard",
    handedOver: item.express?.handedOver,
    event: { id: event.id, name: event.name, source: event.source, correlation: event.correlation },
    ...(item.events && {
      batch: item.events.map(({ id, name, source, correlation }) => ({ id, name, source, correlation })),
    }),
    input: JSON.parse(payloadOf(item)),
    ...(output && { output: "value" in output ? output.value : output }),
    failure: failure && failureView(failure),
    ...(execution && {
      execution: { arn: execution, ...(consoleUrl && { consoleUrl: consoleUrl(execution) }) },
    }),
    steps,
    questions,
    waits: progress.waits,
    ...(all.length > steps.length && { stepsOmitted: all.length - steps.length }),
    actions: state.actions.map(({ action, by, why, at }) => ({ action, by, why, at })),
    stuckBy: stuck,
    compensation,
    parent,
    children: [...new Set(state.waits.filter(({ purpose }) => purpose === "child").map(({ key }) => key))],
    graph,
    nodes: graph ? nodeStates(graph, progress) : {},
    asOf: state.asOf,
  };
}

/**
 * The largest result that is shown, and the maximum of all together, as JSON: of the rest, only the size is
 * shown.
 */
const LARGEST_RESULT = 64 * 1024;
const MOST_OF_ALL = 2 * 1024 * 1024;

function shortened(all: StepView[]): StepView[] {
  let shown = 0;
  return foremost(all).map((step) => {
    if (step.result === undefined) return step;
    const bytes = Buffer.byteLength(JSON.stringify(step.result));
    if (bytes > LARGEST_RESULT || shown + bytes > MOST_OF_ALL) return { ...step, result: { bytes } };
    shown += bytes;
    return step;
  });
}

/** A response of a function has 6 MB: of a long list, this number of steps is shown. */
const MOST_STEPS = 2_000;

/** Steps that need attention before completed ones, in their own order. */
function foremost(steps: StepView[]): StepView[] {
  if (steps.length <= MOST_STEPS) return steps;
  const isDone = ({ state }: StepView) => state === "done";
  const chosen = [...steps.filter((step) => !isDone(step)), ...steps.filter(isDone)].slice(0, MOST_STEPS);
  const shown = new Set(chosen);
  return steps.filter((step) => shown.has(step));
}

/** The run's item at that time. */
function summaryAt(item: RunItem, state: RunState) {
  const { status = item.status, epoch, endedAt, failure, stuck, paused, spent } = state;
  const budget = item.budget && spent ? { ...item.budget, spent } : item.budget;
  return runSummary({ ...item, status, epoch, endedAt, failure, stuck, paused, budget });
}

export function stepView(step: StepState): StepView {
  const { path, direction, attempt, queuedAt, startedAt, endedAt } = step;
  const { failure, result, reusedFrom, attempts } = step;
  return {
    path,
    step: step.step,
    direction,
    attempt,
    startedAt,
    state: stateOf(step),
    queuedAt,
    endedAt,
    failure: failure && stepFailure(failure),
    ...(result && { result: "value" in result ? result.value : result }),
    reusedFrom,
    attempts: attempts.map((one) => ({
      attempt: one.attempt,
      startedAt: one.startedAt,
      endedAt: one.endedAt,
      failure: one.failure && stepFailure(one.failure),
    })),
  };
}

/** A claim that was sealed after its last attempt failed is a failed step. */
function stateOf({ state, failure }: StepState): StepView["state"] {
  if (state === "sealed") return failure ? "failed" : "stopped";
  return state === "waiting" ? "deferred" : state;
}

function stepFailure({ name, message, location, stack, code }: FailureRecord): StepFailure {
  return {
    name,
    message,
    location,
    stack,
    code,
  };
}

function failureView(failure: NonNullable<RunItem["failure"]>): RunDetail["failure"] {
  const { summary, error, message, path, attempts, location } = describeFailure(failure);
  return {
    summary,
    error,
    cause: message,
    path,
    attempts,
    location,
  };
}

/** An approval in which the addresses of files are replaced by what a page needs to show them. */
export function approvalView(
  question: Omit<QuestionState, "epoch">,
  { run, workflow }: Pick<RunItem, "run" | "workflow">,
): ApprovalView {
  const { approval, path, level, why, state, askedAt, until, otherwise } = question;
  const { show, decision, decidedAt, quorum, notBy, votes, delegations } = question;
  const progress = describeVotes(question);
  const shown = "value" in show ? withArtifacts(show.value) : show;
  return {
    run,
    workflow,
    approval,
    path,
    level,
    state,
    askedAt,
    why,
    until,
    otherwise,
    show: typeof shown === "object" && shown !== null ? (shown as ApprovalView["show"]) : { value: shown },
    quorum,
    progress,
    notBy,
    votes,
    delegations,
    ...(decision && {
      decision: {
        approved: decision.approved,
        decidedBy: decision.decidedBy,
        note: decision.note,
        at: decidedAt,
      },
    }),
  };
}

function waitView({ path, since, purpose, event, key }: WaitState): WaitView {
  const awaited = {
    event: `${event} of ${key}`,
    "cancel-on": `${event} of ${key}`,
    child: `the end of ${key}`,
    signalled: "another branch",
  };
  return { path, since, for: awaited[purpose] };
}
