import { type Duration, seconds } from "../contract/duration.ts";
import { TASK_ERROR } from "../contract/failure.ts";
import type { RetryPolicy } from "../contract/step.ts";
import { mostAttempts } from "../contract/work.ts";
import type { Retrier } from "./states.ts";

/**
 * A step's own retry policy, in the form of a state's. It allows the largest number of attempts; where the
 * current number is lower, the worker answers the last one with a final failure. `uses`: how often the state's
 * message has the step. The worker counts the attempts of each; the state allows those of all, and no delay is
 * longer than the last one of the policy.
 */
export function retriersOf(policy: RetryPolicy, error: string = TASK_ERROR.retry, uses = 1): Retrier[] {
  const { backoff, rate = RATE } = policy;
  const attempts = mostAttempts(policy);
  if (attempts === 1) return [];
  const maxDelay = policy.maxDelay ?? (uses > 1 ? lastDelay(policy, attempts) : undefined);
  return [
    {
      ErrorEquals: [error],
      IntervalSeconds: seconds(backoff),
      BackoffRate: rate,
      MaxAttempts: (attempts - 1) * uses,
      ...(maxDelay !== undefined && { MaxDelaySeconds: seconds(maxDelay) }),
      JitterStrategy: "FULL",
    },
  ];
}

const RATE = 2;
const LONGEST_DELAY = 7 * 86_400;

function lastDelay({ backoff, rate = RATE }: RetryPolicy, attempts: number): Duration {
  return `${Math.min(Math.ceil(seconds(backoff) * rate ** (attempts - 2)), LONGEST_DELAY)} seconds`;
}
