import type { StepGroup } from "../groups/group.ts";
import { executionName } from "../runs/execution-name.ts";
import { inputOf } from "../runs/run-input.ts";
import { type ClaimItem, type EndedStatus, isEnded, type RunItem } from "../table.ts";
import type { HistoryEvent } from "./history.ts";
import type { ExecutionRecord } from "./record.ts";
import type { RerunRequest } from "./request.ts";

/** What is known about a run that had no execution. */
interface ExpressFacts {
  run: RunItem;
  /** Its claims, of any epoch. */
  claims: readonly ClaimItem[];
  /** ARN of its workflow's state machine. */
  stateMachineArn: string;
  /** The state machine of the version on which it ran. */
  machine: unknown;
}

/**
 * The execution that the run would have had. Its one call is for the group: if the run succeeded, it is
 * answered with the results in the claims, and otherwise never.
 */
export function expressRequest({ run, claims, stateMachineArn, machine }: ExpressFacts): RerunRequest {
  const { StartAt: state, States } = machine as { StartAt: string; States: Record<string, Sending> };
  const done = claims.filter(
    (claim) => claim.epoch === run.epoch && claim.direction === "do" && claim.state === "done",
  );
  const results = new Map(done.map(({ path, result }) => [path, result]));
  const answer = {
    calledAt: run.acceptedAt,
    answeredAt: done.map(({ endedAt }) => endedAt ?? "").reduce(later, run.acceptedAt),
    order: 0,
    output: answerOf(States[state]!.Arguments.MessageBody, results),
  };
  return {
    arn: `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${executionName(run.run, run.epoch)}`,
    stateMachineArn,
    roleArn: "",
    startedAt: run.acceptedAt,
    input: inputOf(run),
    definition: machine,
    calls: [{ place: "", state, answers: [endOf(run) === "succeeded" ? answer : null] }],
  };
}

/**
 * The record of that execution: the history of the request with the end of the run. So a replay compares the
 * output of the worker with what the state machine computes.
 */
export function expressRecord(
  run: RunItem,
  { arn, stateMachineArn, roleArn, definition }: RerunRequest,
  history: readonly HistoryEvent[],
): ExecutionRecord {
  const events = beforeEnd(history);
  const how = endOf(run);
  if (how !== undefined) events.push(endEvent(run, how, events.at(-1)!));
  return { arn, stateMachineArn, roleArn, definition: JSON.stringify(definition), history: events };
}

interface Sending {
  Arguments: { MessageBody: { path: string; group?: StepGroup } };
}

/** What a state is answered with: the results that it reads of its group, or that of its one step. */
function answerOf(
  { path, group }: Sending["Arguments"]["MessageBody"],
  results: ReadonlyMap<string, unknown>,
) {
  if (!group) return results.get(path) ?? null;
  const fields = Object.entries(group.answer);
  return Object.fromEntries(
    fields.map(([field, position]) => [field, results.get(group.steps[position]!.path) ?? null]),
  );
}

const later = (a: string, b: string) => (b > a ? b : a);

/** How the run ended; undefined if it has not. Until it is compensated, its end is noted apart. */
function endOf({ ending, status }: RunItem): EndedStatus | undefined {
  const how = ending?.status ?? status;
  return isEnded(how) ? how : undefined;
}

/** The events before the end: if nothing answers the call, the last ones are of a timeout. */
function beforeEnd(history: readonly HistoryEvent[]): HistoryEvent[] {
  const end = history.findIndex(({ type }) => type === "TaskTimedOut" || /^Execution(?!Started)/.test(type));
  return history.slice(0, end < 0 ? history.length : end);
}

const ENDS = {
  succeeded: "ExecutionSucceeded",
  failed: "ExecutionFailed",
  "timed-out": "ExecutionTimedOut",
  terminated: "ExecutionAborted",
} as const satisfies Record<EndedStatus, string>;

function endEvent(run: RunItem, how: EndedStatus, { id, timestamp }: HistoryEvent): HistoryEvent {
  const type = ENDS[how];
  return {
    id: id + 1,
    previousEventId: id,
    timestamp: run.endedAt ?? timestamp,
    type,
    [`e${type.slice(1)}EventDetails`]: detailsOfEnd(run, how),
  };
}

function detailsOfEnd({ ending, output, failure = ending?.failure }: RunItem, how: EndedStatus): object {
  if (how === "succeeded") return { output: JSON.stringify(output) };
  return how === "timed-out" ? { error: "States.Timeout" } : { ...failure };
}
