import { isThrottling, ServiceError } from "../kernel/errors.ts";

/** Why an attempt failed, as a dead letter shows it. */
export interface Failure {
  code: string;
  message: string;
  /** Whether another attempt may succeed: the target is busy or broken, but does not refuse the call. */
  retriable: boolean;
}

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
