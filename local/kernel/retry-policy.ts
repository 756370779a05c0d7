/** Which limit of a retry policy ended the retries of an event or an invocation. */
export type Exhausted = "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 600_000;

/**
 * Milliseconds to wait after this number of failed attempts: doubling, half of it random, at most ten
 * minutes.
 */
export function retryDelay(attempts: number, fraction: number): number {
  const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempts - 1, 30));
  return Math.round(delay * (0.5 + fraction / 2));
}
