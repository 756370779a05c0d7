import { enteredAt } from "../../../lib/contract/fence.ts";
import type {
  LoggedBeginning,
  LoggedDeferral,
  LoggedQuestion,
  LoggedRun,
  LoggedStep,
  LoggedWait,
} from "../../../lib/contract/log/logged-state.ts";
import { questionFields } from "../../../lib/contract/question-fields.ts";
import type {
  ApprovalItem,
  ClaimItem,
  DeferredItem,
  RunItem,
  TableItem,
  WaiterItem,
} from "../../../lib/contract/table.ts";
import { excerpt, logValue } from "./log-value.ts";

// The state of a run's items after a change, as the log stores it.

export function stateOfRun(before: TableItem | undefined, after: RunItem): LoggedRun {
  const { status, execution, paused, resumed, terminated, retried, replayed, stuck } = after;
  const { compensation, endedAt, output, failure, budget } = after;
  const { usd = 0, tokens = 0 } = budget?.spent ?? {};
  return {
    kind: "run",
    status,
    execution,
    paused,
    resumed,
    terminated,
    retried,
    replayed,
    stuck,
    compensation,
    endedAt,
    failure: failure && { error: failure.error, cause: excerpt(failure.cause) },
    ...(output !== undefined && { output: logValue(output) }),
    ...(usd + tokens > 0 && { spent: { usd, tokens } }),
    ...((!before || status === "accepted") && { begun: beginningOf(after) }),
  };
}

function beginningOf({ workflow, version, key, parent, acceptedAt, event }: RunItem): LoggedBeginning {
  const { id, name, source, correlation } = event;
  return { workflow, version, key, parent, acceptedAt, event: { id, name, source, correlation } };
}

export function stateOfStep(claim: ClaimItem): LoggedStep {
  const { workflow, step, direction, state, attempt, startedAt, endedAt, failure } = claim;
  const { reusedFrom, givenUp, handled, replayed } = claim;
  // The handling of an event answers no token.
  const result = handled ? undefined : "late" in claim ? claim.late : claim.result;
  return {
    kind: "step",
    workflow,
    step,
    direction,
    state,
    attempt,
    startedAt,
    endedAt,
    reusedFrom,
    handled,
    replayed,
    failure: failure && { ...failure, message: excerpt(failure.message) },
    givenUp: givenUp && { error: givenUp.error, cause: excerpt(givenUp.cause) },
    ...(result !== undefined && result !== null && { result: logValue(result) }),
    ...("late" in claim && { late: true }),
  };
}

export function stateOfDeferral({ step, reason, dueAt, message }: DeferredItem): LoggedDeferral {
  return {
    kind: "deferral",
    step,
    reason,
    dueAt,
    direction: "direction" in message ? message.direction : "do",
  };
}

export function stateOfQuestion(question: ApprovalItem): LoggedQuestion {
  return { kind: "question", ...questionFields(question), show: logValue(question.show) };
}

export function stateOfWait(waiter: WaiterItem): LoggedWait | undefined {
  const { purpose, event, key, state, taken, fence } = waiter;
  // A wait for an event that cancels the run is not a state of the run.
  if (purpose === "cancel-on") return undefined;
  return { kind: "wait", purpose, event, key, state, taken, since: new Date(enteredAt(fence)).toISOString() };
}
