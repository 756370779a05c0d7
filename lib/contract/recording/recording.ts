/** The way of writing a recording down. One that cannot be read as before gets another number. */
export const RECORDING_FORMAT = 1;

/**
 * What a run did, such that it can be replayed without anything but this: JSON. The payloads of the run are in it as they
 * are, with whatever secrets they hold.
 */
export interface Recording {
  format: typeof RECORDING_FORMAT;
  workflow: string;
  /** Content version of the definition that the run began on. */
  version: string;
  run: string;
  epoch: number;
  /** The run's own execution, then those that compensated it, in their order. */
  executions: RecordedExecution[];
}

/** One execution, with the definition that it ran on. */
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

/** Which way an execution took. */
export interface Path {
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  /** The execution itself, each branch and each iteration: what happens in one is in order, what happens in two is not. */
  places: Place[];
}

/** A line of control: the execution itself, a branch of a Parallel, or an iteration of a Map. */
export interface Place {
  /** "" for the execution itself, "frames[2]" for an iteration, "together[draw]/frames[2]" for one within the branch that begins with state "draw". */
  at: string;
  moments: Moment[];
  /** It did not end by itself: it is still running, or was ended from outside. */
  open?: true;
}

/** Something that happened in a place. */
export interface Moment {
  /** Of the event in the history; orders what happened in different places. */
  id: number;
  /** ISO time. */
  at: string;
  what: What;
  /** The state that it happened in; "" for the end of the execution. */
  state: string;
  /** Of a state that was entered: "Task". */
  type?: string;
  /** What went in or came out. A failure is `{ error, cause }`, an end `{ status, output, error, cause }`, leaving a state `{ output, assigned }`. */
  value?: unknown;
}

/** called: a task was handed to its resource. answered, failed, timed out: what came of that. ended: the execution, as a whole. */
export type What = "entered" | "called" | "answered" | "failed" | "timed out" | "left" | "ended";

/** The place that a branch or an iteration lies in, and the state there that it belongs to; undefined for the execution itself. */
export function enclosing(at: string): { at: string; state: string } | undefined {
  if (at === "") return undefined;
  const last = /^(?:(.*\])\/)?(.*)\[[^[\]]*\]$/s.exec(at);
  return last ? { at: last[1] ?? "", state: last[2]! } : undefined;
}

/** The place of a branch or an iteration: which one of which state, in which place. */
export function within(at: string, state: string, which: string | number): string {
  return `${at === "" ? "" : `${at}/`}${state}[${which}]`;
}
