import { expiryAfter } from "../../../../lib/contract/expiry.ts";
import type { Now } from "../../ports/clock.ts";

/** The times of an item that is written now: when it changed, and when DynamoDB may delete it. */
export function itemTimes(now: Now, days: number): { changedAt: string; expiresAt: number } {
  const at = now();
  return { changedAt: new Date(at).toISOString(), expiresAt: expiryAfter(at, days) };
}
