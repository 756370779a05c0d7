/** The format version of recordings. An incompatible format gets another number. */
export const RECORDING_FORMAT = 1;

/**
 * What a run did, complete enough for a replay: JSON. It contains the payloads of the run unchanged, with any
 * secrets in them.
 */
export interface Recording {
  format: typeof RECORDING_FORMAT;
  workflow: string;
  /** Content version of the definition on which the run began. */
  version: string;
  run: string;
  epoch: number;
  /** The run's own execution, then its compensations, in order. */
  executions: RecordedExecution[];
}

/** One execution, with its definition. */
export interface RecordedExecution extends Path {
  of: "run" | "compensation";
  arn: string;
  stateMachineArn: string;
  roleArn: string;
  startedAt: string;
  input: unknown;
  /** In the Amazon States Language. */
  definition: unknown;
}

/** The path of an execution. */
export interface Path {
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /**
   * The execution itself, each branch and each iteration: events of one are ordered, events of two are not.
   */
  places: Place[];
}

/** A line of control: the execution itself, a branch of a Parallel, or an iteration of a Map. */
export interface Place {
  /** "" for the execution itself, "frames[2]" for an iteration, "together[draw]/frames[2]" for one within the branch that begins with state "draw". */
  at: string;
  moments: Moment[];
  /** It did not end on its own: it is still running, or was ended from outside. */
  open?: true;
}

/** Something that happened in a place. */
export interface Moment {
  /** Of the event in the history; orders what happened in different places. */
  id: number;
  /** ISO time. */
  at: string;
  what: What;
  /** The state in which it happened; "" for the end of the execution. */
  state: string;
  /** Of a state that was entered: "Task". */
  type?: string;
  /**
   * The data. A failure is `{ error, cause }`, an end `{ status, output, error, cause }`, leaving a state `{
   * output, assigned }`.
   */
  value?: unknown;
}

/**
 * called: a task was passed to its resource. answered, failed, timed out: the outcome. ended: the execution,
 * as a whole.
 */
type What = "entered" | "called" | "answered" | "failed" | "timed out" | "left" | "ended";

/**
 * The place that contains a branch or an iteration, and its state there; undefined for the execution itself.
 */
export function enclosing(at: string): { at: string; state: string } | undefined {
  if (at === "") return undefined;
  const last = /^(?:(.*\])\/)?(.*)\[[^[\]]*\]$/s.exec(at);
  return last ? { at: last[1] ?? "", state: last[2]! } : undefined;
}

/** The place of a branch or an iteration: its number and state, and the place of that state. */
export function within(at: string, state: string, which: string | number): string {
  return `${at === "" ? "" : `${at}/`}${state}[${which}]`;
}
