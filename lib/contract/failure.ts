import type { Budget } from "./budget.ts";

/** The failure policy: what the engine does after a handler failed. */
export type FailurePolicy = "retry" | "give-up" | "wait" | "ask";

const MARK = Symbol.for("millrace.failure");

/**
 * A failure with a policy. Handlers throw it; any other error means `retry`. Recognised by a mark, never by
 * `instanceof`: a bundle may contain a second copy of this class.
 */
export class StepFailure extends Error {
  readonly [MARK] = true;
  readonly policy: FailurePolicy;
  /** Milliseconds until the next attempt; only with "wait". Undefined: longer with each deferral. */
  readonly after: number | undefined;
  /** What the failed call of `spend` has cost; undefined if that is unknown. */
  readonly cost: Budget | undefined;

  constructor(
    policy: FailurePolicy,
    message: string,
    options: { after?: number; cause?: unknown; name?: string; cost?: Budget | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = options.name ?? "StepFailure";
    this.policy = policy;
    this.after = options.after;
    // A downstream that asks for a later call has done nothing.
    this.cost = options.cost ?? (policy === "wait" ? {} : undefined);
  }
}

/** The error of a state whose run, or that epoch of it, is over: its execution was redriven. */
export const RUN_OVER = "Millrace.RunOver";

/** Fails without retry: the input is wrong, or the answer is final. */
export function giveUp(message: string, options?: { cause?: unknown; name?: string }): StepFailure {
  return thrownAtCall(giveUp, new StepFailure("give-up", message, options));
}

/** The same failure, whose stack begins where `helper` was called: the code of the helper is not the project's own. */
function thrownAtCall(helper: (message: string) => StepFailure, failure: StepFailure): StepFailure {
  Error.captureStackTrace(failure, helper);
  return failure;
}

/** The longest possible run. */
const LONGEST_WAIT = 365 * 24 * 60 * 60 * 1000;

/**
 * Retries after the given time, in milliseconds, at most one year. An invalid number means now, since
 * downstreams return all kinds of values. Without a time, the pause grows with each deferral and is spread at
 * random, from seconds to ten minutes. It does not count as an attempt.
 */
export function waitAndRetry(
  message: string,
  after?: number | undefined,
  options: { cause?: unknown; name?: string } = {},
): StepFailure {
  const failure = new StepFailure("wait", message, {
    ...options,
    ...(after !== undefined && { after: Math.min(LONGEST_WAIT, Math.max(0, after) || 0) }),
  });
  return thrownAtCall(waitAndRetry, failure);
}

/** It is unknown whether the effect happened, or the result is doubtful: a person has to decide. */
export function ask(message: string, options?: { cause?: unknown; name?: string }): StepFailure {
  return thrownAtCall(ask, new StepFailure("ask", message, options));
}

/** A failure as plain data: in claims, in the cause of a failed task, in events. */
export interface FailureRecord {
  /** "unavailable": the step was not tried, since the breaker is open and the workflow has a fallback. */
  policy: FailurePolicy | "unavailable";
  /** The error's own name, e.g. "TypeError". */
  name: string;
  message: string;
  after?: number | undefined;
  /** Where the project's code threw it: "workflows/shop/fetch-customer.lambda.ts:5:45". */
  location?: string | undefined;
  /**
   * The calling positions in the project's code, innermost first, and the causes of the error: a line each.
   */
  stack?: string | undefined;
  /** The code around the location when it failed. Only in the local cloud, which has the sources. */
  code?: string | undefined;
}

/** The part of a failure that travels: the claim and the log store the rest. */
export function withoutStack({ stack: _, code: __, ...failure }: FailureRecord): FailureRecord {
  return failure;
}

/** The longest message that is stored: a cause has at most 32 KiB, and a table item should stay small. */
const LONGEST_MESSAGE = 4_000;

/** The cost of a failed call, if the thrown error states it. */
export function costOfFailure(thrown: unknown): Budget | undefined {
  return thrown instanceof Error && MARK in thrown ? (thrown as StepFailure).cost : undefined;
}

/** Any thrown value, as data. */
export function toFailure(thrown: unknown): FailureRecord {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const marked = MARK in error ? (error as StepFailure) : undefined;
  return {
    policy: marked?.policy ?? "retry",
    name: error.name,
    message: error.message.slice(0, LONGEST_MESSAGE),
    ...(marked?.after !== undefined && { after: marked.after }),
  };
}

/** What a worker reports if the downstream's breaker is open and the workflow has a fallback. */
export const UNAVAILABLE = "Millrace.Unavailable";

/** The error names that a worker reports to Step Functions, and that compiled retriers and catchers match. */
export const TASK_ERROR = {
  retry: "Millrace.Retry",
  wait: "Millrace.Retry",
  "give-up": "Millrace.GiveUp",
  ask: "Millrace.Ask",
  unavailable: UNAVAILABLE,
} as const satisfies Record<FailureRecord["policy"], string>;

/** The error that the control function reports for a discarded dead letter. */
export const DISCARDED = "Millrace.Discarded";

/** The error of a child call whose run did not succeed. */
export const CHILD_FAILED = "Millrace.ChildFailed";

/** The errors of a list that is longer than allowed, and of one in which too many items failed. */
export const TOO_MANY_ITEMS = "Millrace.TooManyItems";
export const TOO_MANY_FAILED = "Millrace.TooManyFailed";

/** The error of a requested run that could not start, since its payload breaks the contract. */
export const REFUSED = "Millrace.Refused";

/** The error of a run that was not started in time. */
export const START_DEADLINE = "Millrace.StartDeadline";
