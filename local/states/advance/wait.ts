import { asText } from "../../kernel/json-text.ts";
import type { State } from "../definition.ts";
import { evaluateField, inputOf, pathData } from "../expressions.ts";
import { StatesError } from "../failure.ts";
import type { Frame } from "../frame.ts";
import { isJsonata } from "../jsonata/evaluate.ts";
import { readPath } from "../jsonpath/index.ts";
import { numeric } from "../numbers.ts";
import type { Run } from "../run.ts";

// An extended ISO-8601 date-time with an offset; fractions of any length are legal, the service reads nine digits.
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const LONGEST_WAIT_SECONDS = 99_999_999;
/** The service counts the seconds of a delay in 32 bits. */
const LONGEST_DELAY_SECONDS = 2 ** 31 - 1;

/** Enters a Wait: the frame sleeps until the time that its fields name. */
export async function wait(run: Run, frame: Frame, state: State): Promise<void> {
  const until = await waitsUntil(run, frame, state);
  if (until - run.now() > LONGEST_DELAY_SECONDS * 1000) throw runtime("Wait state delay is too long.");
  frame.phase = { kind: "wait", until };
}

async function waitsUntil(run: Run, frame: Frame, state: State): Promise<number> {
  if (state.SecondsPath !== undefined) return run.now() + secondsAt(run, frame, state) * 1000;
  if (state.TimestampPath !== undefined) return timestampAt(run, frame, state);
  if (state.Seconds !== undefined) {
    const seconds = await literalOrExpression(run, frame, state.Seconds, "Seconds");
    if (!Number.isInteger(seconds) || (seconds as number) < 0 || (seconds as number) > LONGEST_WAIT_SECONDS) {
      const problem = `The Seconds field must be an integer between 0 and ${LONGEST_WAIT_SECONDS}, but was: ${JSON.stringify(seconds)}`;
      throw new StatesError("States.QueryEvaluationError", problem, "Seconds");
    }
    return run.now() + (seconds as number) * 1000;
  }
  const text = await literalOrExpression(run, frame, state.Timestamp, "Timestamp");
  const time = parseTimestamp(text);
  if (time === undefined) {
    const problem = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${asText(text)}`;
    throw new StatesError("States.QueryEvaluationError", problem, "Timestamp");
  }
  return time;
}

async function literalOrExpression(run: Run, frame: Frame, field: unknown, where: string): Promise<unknown> {
  if (!isJsonata(field)) return field;
  const value = await evaluateField(run, frame, field, where);
  // What the value means is judged after the state was entered, unlike the expression itself.
  frame.entered!.basis = frame.entered!.event;
  return value;
}

function secondsAt(run: Run, frame: Frame, state: State): number {
  const value = referenced(run, frame, state, "SecondsPath");
  const shown = `${state.SecondsPath} == ${asText(value)}`;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw runtime(`The SecondsPath parameter cannot be parsed as a long value: ${shown}`);
  }
  if (value < 0) throw runtime(`The SecondsPath parameter references a negative value: ${shown}`);
  return value;
}

function timestampAt(run: Run, frame: Frame, state: State): number {
  const value = referenced(run, frame, state, "TimestampPath");
  const time = parseTimestamp(value);
  if (time === undefined) {
    throw runtime(
      "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: " +
        `${state.TimestampPath} == ${asText(value)}`,
    );
  }
  return time;
}

function referenced(run: Run, frame: Frame, state: State, field: "SecondsPath" | "TimestampPath"): unknown {
  const input = inputOf(run, frame, state);
  try {
    return numeric(readPath(state[field], pathData(run, frame, input)));
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    throw runtime(`The ${field} parameter does not reference an input value: ${state[field]}`);
  }
}

/** Milliseconds since the epoch, or undefined for what is no timestamp. */
function parseTimestamp(value: unknown): number | undefined {
  if (typeof value !== "string" || !TIMESTAMP.test(value)) return undefined;
  const time = Date.parse(value.replace(",", ".").replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(time) ? undefined : time;
}

function runtime(cause: string): StatesError {
  return new StatesError("States.Runtime", cause);
}
