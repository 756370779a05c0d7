/**
 * The error with which a service refuses a call: the error code and message as AWS sends them. `fault`
 * decides between 4xx and 5xx; `details` are further members of the error's body (`CancellationReasons`,
 * `Item`, …).
 */
export class ServiceError extends Error {
  readonly code: string;
  readonly fault: "client" | "server";
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor(
    code: string,
    message: string,
    options: { fault?: "client" | "server"; status?: number; details?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.fault = options.fault ?? "client";
    this.status = options.status ?? (this.fault === "client" ? 400 : 500);
    this.details = options.details ?? {};
  }
}

/** Whether a service refused a call with this code. */
export const hasCode = (error: unknown, code: string): error is ServiceError =>
  error instanceof ServiceError && error.code === code;

/** Whether a service refused a call because of too many, so that another attempt may succeed. */
export const isThrottling = ({ code }: ServiceError): boolean =>
  /Throttl|TooManyRequests|LimitExceeded|SlowDown|OverLimit/i.test(code);

/**
 * Whether recursion exceeded the stack: nested input (a pattern, a definition, data) is parsed recursively.
 */
export const isStackOverflow = (error: unknown): boolean =>
  error instanceof RangeError && error.message.includes("call stack");

/** A problem that the user can fix: shown as one message, without a stack. */
export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UserError";
  }
}

/** The names of services' internal errors; the others use InternalFailure, the framework's own. */
const INTERNAL: Record<string, string> = {
  dynamodb: "InternalServerError",
  events: "InternalException",
  lambda: "ServiceException",
  s3: "InternalError",
  secretsmanager: "InternalServiceError",
  ssm: "InternalServerError",
};

/**
 * The error that a caller of an operation receives: a service's error unchanged; an internal error of the
 * local cloud, which is also reported, as the service's internal error. So every caller, such as a task of a
 * state machine, handles it as an error of AWS, and none waits for ever.
 */
export function refusalOf(
  error: unknown,
  service: string,
  what: string,
  report: (line: string) => void,
): Error {
  if (error instanceof ServiceError || error instanceof UserError) return error;
  if (isStackOverflow(error)) {
    return new ServiceError("ValidationException", "The request is nested too deeply.");
  }
  report(`${what}: ${(error as Error)?.stack ?? error}`);
  const message = `The local cloud failed: ${(error as Error)?.message ?? error}`;
  return new ServiceError(INTERNAL[service] ?? "InternalFailure", message, { fault: "server" });
}
