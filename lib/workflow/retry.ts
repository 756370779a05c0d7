import { seconds } from "../contract/duration.ts";
import { TASK_ERROR } from "../contract/failure.ts";
import type { RetryPolicy } from "../contract/step.ts";
import { mostAttempts } from "../contract/work.ts";
import type { Retrier } from "./states.ts";

/**
 * A step's own retry policy, in the form of a state's. It allows the largest number of attempts; where the
 * current number is lower, the worker answers the last one with a final failure.
 */
export function retriersOf(policy: RetryPolicy, error: string = TASK_ERROR.retry): Retrier[] {
  const { backoff, rate = 2, maxDelay } = policy;
  const attempts = mostAttempts(policy);
  if (attempts === 1) return [];
  return [
    {
      ErrorEquals: [error],
      IntervalSeconds: seconds(backoff),
      BackoffRate: rate,
      MaxAttempts: attempts - 1,
      ...(maxDelay !== undefined && { MaxDelaySeconds: seconds(maxDelay) }),
      JitterStrategy: "FULL",
    },
  ];
}
