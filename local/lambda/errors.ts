import { hasCode, ServiceError } from "../kernel/errors.ts";

/**
 * Lambda's errors, each with its own HTTP status. `Type` says whether the caller or the service caused it, as
 * in Lambda's responses.
 */
const refusal =
  (code: string, status: number) =>
  (message: string, details: Record<string, unknown> = {}) =>
    new ServiceError(code, message, { status, details: { Type: "User", ...details } });

/** Some of Lambda's errors spell "Message" with a capital. */
export const notFound = (message: string) =>
  refusal("ResourceNotFoundException", 404)(message, { Message: message });
export const accessDenied = refusal("AccessDeniedException", 403);
export const preconditionFailed = refusal("PreconditionFailedException", 412);
export const conflict = refusal("ResourceConflictException", 409);
export const invalidParameter = refusal("InvalidParameterValueException", 400);
export const validation = refusal("ValidationException", 400);
export const invalidRequestContent = refusal("InvalidRequestContentException", 400);
export const tooLarge = refusal("RequestTooLargeException", 413);
const tooMany = refusal("TooManyRequestsException", 429);

export const rateExceeded = (Reason: string) => tooMany("Rate Exceeded.", { Reason });

/** Lambda itself could not run the function: whether the function would have failed is unknown. */
export const serviceFault = (message: string) =>
  new ServiceError("ServiceException", message, { fault: "server", details: { Type: "Service" } });

export function isThrottle(error: unknown): boolean {
  return hasCode(error, "TooManyRequestsException");
}
