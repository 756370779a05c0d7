import type { Now } from "../../ports/clock.ts";

/** The times of an item that is written now: when it changed, and when DynamoDB may delete it (in seconds). */
export function itemTimes(now: Now, keptSeconds: number): { changedAt: string; expiresAt: number } {
  const at = now();
  return { changedAt: new Date(at).toISOString(), expiresAt: Math.ceil(at / 1000) + keptSeconds };
}
