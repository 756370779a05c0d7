const LEAST = 2_000;
const FIRST_SPREAD = 20_000;
const LONGEST = 10 * 60_000;

/**
 * Milliseconds that a message waits if its downstream is busy and does not say for how long: longer each
 * time, and spread by `fraction` (in [0, 1)), so that messages refused together do not return together.
 * `deferrals` counts the earlier ones.
 */
export function pauseWhenBusy(deferrals: number, fraction: number): number {
  return Math.round(LEAST + fraction * Math.min(LONGEST, FIRST_SPREAD * 2 ** deferrals));
}
