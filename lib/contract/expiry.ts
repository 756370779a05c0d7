const DAY = 24 * 60 * 60 * 1000;

/** From when DynamoDB may delete an item, in epoch seconds: `days` after `from` (epoch milliseconds). */
export function expiryAfter(from: number, days: number): number {
  return Math.ceil((from + days * DAY) / 1000);
}
