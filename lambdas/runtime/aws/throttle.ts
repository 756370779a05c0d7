/** The error names with which AWS services report a throttle; those that their SDKs retry. */
const NAMES = new Set([
  "ThrottlingException",
  "Throttling",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "ProvisionedThroughputExceededException",
  "ExecutionLimitExceeded",
  "SlowDown",
  // DynamoDB: a transaction is changing the same item.
  "TransactionConflictException",
  "TransactionInProgressException",
  "OverLimit",
]);
const CANCELLED = new Set(["ThrottlingError", "ProvisionedThroughputExceeded"]);

interface MaybeThrottle {
  name?: unknown;
  /** Of a DynamoDB transaction. */
  CancellationReasons?: { Code?: string }[];
}

/** Whether an error only reports a throttle: a later call may succeed. */
export function isThrottle(error: unknown): boolean {
  const { name, CancellationReasons = [] } = (error ?? {}) as MaybeThrottle;
  return NAMES.has(String(name)) || CancellationReasons.some(({ Code }) => CANCELLED.has(Code ?? ""));
}

/**
 * An error for requests that a service keeps refusing without an error of its own, as DynamoDB does for parts
 * of batches.
 */
export function throttle(message: string): Error {
  return Object.assign(new Error(message), { name: "ThrottlingException" });
}

/**
 * The attribute with which a copy of a message keeps the time at which it was first sent, in epoch
 * milliseconds.
 */
export const FIRST_SENT = "millrace-sent";

const LEAST = 2_000;
const FIRST_SPREAD = 8_000;
const LONGEST = 2 * 60_000;
/**
 * Half of the fewest receives that a queue allows a message: the others are left for the message's own
 * failures.
 */
export const DELIVERIES = 5;

/**
 * Milliseconds for which a throttled message waits: longer each time and spread by `fraction` (in [0, 1)), so
 * that a burst does not return as one. `receives` counts the deliveries so far, this one included.
 */
export function afterThrottle(receives: number, fraction: number): number {
  const spread = Math.min(LONGEST, FIRST_SPREAD * 2 ** (receives - 1));
  return Math.round(LEAST + fraction * spread);
}
