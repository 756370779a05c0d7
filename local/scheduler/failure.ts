import { isThrottling, ServiceError } from "../kernel/errors.ts";

/** Why an attempt failed, as a dead letter shows it. */
export interface Failure {
  code: string;
  message: string;
  /** Whether another attempt may succeed: the target is busy or broken, but does not refuse the call. */
  retriable: boolean;
}

/** Which limit of the retry policy ended the retries. */
export type Exhausted = "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 600_000;

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ServiceError)) {
    return {
      code: "AWS.Scheduler.InternalServerError",
      message: "Unexpected error occurred while processing the request.",
      retriable: true,
    };
  }
  return {
    // SQS errors have older names in SDKs of that time.
    code: String(error.details.queryErrorCode ?? error.code),
    message: error.message,
    retriable: isThrottling(error) || error.fault === "server",
  };
}

/**
 * Milliseconds to wait after this number of failed attempts: doubling, half of it random, at most ten
 * minutes.
 */
export function retryDelay(attempts: number, fraction: number): number {
  const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempts - 1, 30));
  return Math.round(delay * (0.5 + fraction / 2));
}
