import type { Failure } from "./failure.ts";

export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  BackoffRate?: number;
  MaxAttempts?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: "FULL" | "NONE";
}

/** Whether a retrier or catcher with these names is meant for the failure. */
export function matches(names: string[], failure: Failure): boolean {
  if (failure.terminal) return false;
  return names.some(
    (name) =>
      name === "States.ALL" ||
      name === failure.error ||
      name === failure.alias ||
      (name === "States.TaskFailed" && failure.error !== "States.Timeout"),
  );
}

/**
 * The retrier that takes the failure, and the pause before the attempt in milliseconds: undefined where it is
 * used up. No retrier if none matches. `used`: how often each was used in this state.
 */
export function nextAttempt(
  retriers: Retrier[],
  used: number[],
  failure: Failure,
  fraction: () => number,
): { retrier: number; delay: number | undefined } | undefined {
  const retrier = retriers.findIndex((candidate) => matches(candidate.ErrorEquals, failure));
  if (retrier < 0) return undefined;
  const {
    IntervalSeconds = 1,
    BackoffRate = 2,
    MaxAttempts = 3,
    MaxDelaySeconds,
    JitterStrategy,
  } = retriers[retrier]!;
  const attempts = used[retrier] ?? 0;
  if (attempts >= MaxAttempts) return { retrier, delay: undefined };
  const backoff = IntervalSeconds * BackoffRate ** attempts;
  const capped = Math.min(backoff, MaxDelaySeconds ?? backoff);
  const seconds = JitterStrategy === "FULL" ? capped * fraction() : capped;
  return { retrier, delay: Math.round(seconds * 1000) };
}
