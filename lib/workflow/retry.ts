import { seconds } from "../contract/duration.ts";
import { TASK_ERROR } from "../contract/failure.ts";
import type { RetryPolicy } from "../contract/step.ts";
import type { Retrier } from "./states.ts";

/** A step's own retry policy, in the form of a state's. */
export function retriersOf(
  { attempts, backoff, rate = 2, maxDelay }: RetryPolicy,
  error: string = TASK_ERROR.retry,
): Retrier[] {
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
