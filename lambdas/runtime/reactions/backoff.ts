import { milliseconds } from "../../../lib/contract/duration.ts";
import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { RetryPolicy } from "../../../lib/contract/work.ts";

/**
 * The failure of attempt number `attempt`, with the pause before the next one as `after`, in milliseconds, if
 * there is one. The pause is a `random` part (from 0 to 1) of the longest that the policy allows, as in state
 * machines for steps.
 */
export function withNextTry(
  { after: _, ...failure }: FailureRecord,
  attempt: number,
  { attempts, backoff, rate = 2, maxDelay }: RetryPolicy,
  random: number,
): FailureRecord {
  if (failure.policy !== "retry" || attempt >= attempts) return failure;
  const pause = milliseconds(backoff) * rate ** (attempt - 1);
  const longest = maxDelay === undefined ? pause : Math.min(pause, milliseconds(maxDelay));
  return { ...failure, after: Math.ceil(longest * random) };
}
