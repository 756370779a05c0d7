import type {
  LoggedBeginning,
  LoggedDeferral,
  LoggedQuestion,
  LoggedRun,
  LoggedState,
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
import { enteredAt } from "../work/claim.ts";
import { excerpt, logValue } from "./log-value.ts";

/** The state of a run's item after a change, as the log stores it. */
export function loggedStateOf(before: TableItem | undefined, after: TableItem): LoggedState | undefined {
  switch (after.kind) {
    case "run":
      return ofRun(before, after);
    case "claim":
      return ofStep(after);
    case "deferred":
      return ofDeferral(after);
    case "approval":
      return ofQuestion(after);
    case "race":
      return { kind: "race", winner: after.winner };
    case "waiter":
      return after.purpose === "cancel-on" ? undefined : ofWait(after);
    default:
      return undefined;
  }
}

function ofRun(before: TableItem | undefined, after: RunItem): LoggedRun {
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

function ofStep(claim: ClaimItem): LoggedStep {
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

function ofDeferral({ step, reason, dueAt, message }: DeferredItem): LoggedDeferral {
  return {
    kind: "deferral",
    step,
    reason,
    dueAt,
    direction: "direction" in message ? message.direction : "do",
  };
}

function ofQuestion(question: ApprovalItem): LoggedQuestion {
  return { kind: "question", ...questionFields(question), show: logValue(question.show) };
}

function ofWait({ purpose, event, key, state, taken, fence }: WaiterItem): LoggedWait {
  return { kind: "wait", purpose, event, key, state, taken, since: new Date(enteredAt(fence)).toISOString() };
}
