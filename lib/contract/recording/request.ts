import type { Moment, Path, RecordedExecution } from "./recording.ts";

/** The calls that a state made in a place, in order: retries and further rounds of a loop are calls of their own. */
interface RecordedCalls {
  place: string;
  state: string;
  /** Null if the call was not answered: it timed out, or was still open. */
  answers: (RecordedAnswer | null)[];
}

/** The answer of a call, its time, and its position in the order of all events. Times in ISO format. */
interface RecordedAnswer {
  calledAt: string;
  answeredAt: string;
  order: number;
  /** What it was answered with. */
  output?: unknown;
  /** What it failed with, instead. */
  failure?: { error?: string; cause?: string };
}

/** All calls of an execution, with their answers. */
function callsOf({ places }: Pick<Path, "places">): RecordedCalls[] {
  return places.flatMap(({ at, moments }) => {
    const byState = new Map<string, RecordedCalls>();
    for (const [index, call] of moments.entries()) {
      if (call.what !== "called") continue;
      const known = byState.get(call.state) ?? { place: at, state: call.state, answers: [] };
      known.answers.push(answerOf(call, moments[index + 1]));
      byState.set(call.state, known);
    }
    return [...byState.values()];
  });
}

function answerOf(call: Moment, next: Moment | undefined): RecordedAnswer | null {
  if (next?.what !== "answered" && next?.what !== "failed") return null;
  const times = { calledAt: call.at, answeredAt: next.at, order: next.id };
  return next.what === "answered"
    ? { ...times, output: next.value ?? null }
    : { ...times, failure: (next.value ?? {}) as { error?: string; cause?: string } };
}

/** What is needed to run an execution again, on its own definition or on another. */
export function rerunRequest(execution: RecordedExecution, definition = execution.definition): RerunRequest {
  const { arn, stateMachineArn, roleArn, startedAt, input } = execution;
  return { arn, stateMachineArn, roleArn, startedAt, input, definition, calls: callsOf(execution) };
}

/** In the form of the local cloud's `rerun.ts`. */
export interface RerunRequest
  extends Pick<
    RecordedExecution,
    "arn" | "stateMachineArn" | "roleArn" | "startedAt" | "input" | "definition"
  > {
  calls: RecordedCalls[];
}
