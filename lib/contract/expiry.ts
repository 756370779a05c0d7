const DAY = 24 * 60 * 60 * 1000;

/** From when DynamoDB may delete an item, in epoch seconds: `days` after `from` (epoch milliseconds). */
export function expiryAfter(from: number, days: number): number {
  return Math.ceil((from + days * DAY) / 1000);
}

/** The times of an item that is written at `now` (epoch milliseconds): when it changed, and when it may be deleted. */
export function itemTimes(now: number, days: number): { changedAt: string; expiresAt: number } {
  return { changedAt: new Date(now).toISOString(), expiresAt: expiryAfter(now, days) };
}
