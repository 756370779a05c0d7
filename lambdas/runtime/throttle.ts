/** The names under which AWS services say that they take no more just now; those that their SDKs try again. */
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
  // Of DynamoDB: a transaction is about to change the same item.
  "TransactionConflictException",
  "TransactionInProgressException",
  "OverLimit",
]);
const CANCELLED = new Set(["ThrottlingError", "ProvisionedThroughputExceeded"]);

interface MaybeThrottle {
  name?: unknown;
  /** Of a transaction of DynamoDB. */
  CancellationReasons?: { Code?: string }[];
}

/** Whether an error says nothing but that a service takes no more just now: whoever comes later finds it otherwise. */
export function isThrottle(error: unknown): boolean {
  const { name, CancellationReasons = [] } = (error ?? {}) as MaybeThrottle;
  return NAMES.has(String(name)) || CancellationReasons.some(({ Code }) => CANCELLED.has(Code ?? ""));
}

/** An error for what a service keeps refusing without an error of its own, as DynamoDB does for parts of batches. */
export function throttle(message: string): Error {
  return Object.assign(new Error(message), { name: "ThrottlingException" });
}

/** The attribute by which a copy of a message keeps the time at which the message came first, in epoch milliseconds. */
export const FIRST_SENT = "millrace-sent";

const LEAST = 2_000;
const FIRST_SPREAD = 8_000;
const LONGEST = 2 * 60_000;
/** Half of the fewest deliveries that a queue allows a message: the others are left for failures of its own. */
export const DELIVERIES = 5;

/**
 * For how many milliseconds a message waits that met a throttle: longer each time and spread by `fraction` (in [0, 1)), so that
 * a burst does not come back as one. `receives` counts the deliveries so far, this one included.
 */
export function afterThrottle(receives: number, fraction: number): number {
  const spread = Math.min(LONGEST, FIRST_SPREAD * 2 ** (receives - 1));
  return Math.round(LEAST + fraction * spread);
}
