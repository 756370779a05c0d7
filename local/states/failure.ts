/**
 * An error of the States Language: what a state fails with, and what Retry and Catch match by `error`
 * ("States.QueryEvaluationError", "Lambda.Unknown", a function's own error type). `cause` is the text for people.
 * `location` names the field of the state whose expression failed ("Output/total"), where there is one.
 */
export class StatesError extends Error {
  readonly error: string;
  override readonly cause: string;
  readonly location: string | undefined;

  constructor(error: string, cause: string, location?: string) {
    super(`${error}: ${cause}`);
    this.name = "StatesError";
    this.error = error;
    this.cause = cause;
    this.location = location;
  }
}

/** Why a state failed, as Retry, Catch and the history see it. A Fail state may name neither error nor cause. */
export interface Failure {
  error?: string;
  cause?: string;
  /** A further name under which Retry and Catch may know it. */
  alias?: string;
  location?: string;
  /** What no Retry and no Catch can match. */
  terminal?: boolean;
}

/** The members of a failure that are shown: those that it has. */
export const errorAndCause = ({ error, cause }: Failure): Pick<Failure, "error" | "cause"> => ({
  ...(error !== undefined && { error }),
  ...(cause !== undefined && { cause }),
});
