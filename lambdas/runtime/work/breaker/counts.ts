import type { BreakerSpec } from "../../../../lib/contract/breaker.ts";
import { milliseconds } from "../../../../lib/contract/duration.ts";
import type { Counts } from "../../../../lib/contract/items/breaker.ts";

/** One more call in a part of the window. */
export interface Observation {
  kind: "answered" | "failed";
  slot: string;
  /** Parts that have left the window and are removed. */
  stale: string[];
}

/** The window moves by this number of parts. */
const SLOTS = 10;

/** A call that ends now, as it is counted. */
export function observe(
  { window }: BreakerSpec,
  { answered, failed }: Counts,
  kind: Observation["kind"],
  now: number,
): Observation {
  const length = Math.max(1, Math.floor(milliseconds(window) / SLOTS));
  const known = new Set([...Object.keys(answered), ...Object.keys(failed)]);
  return {
    kind,
    slot: String(Math.floor(now / length) * length),
    stale: [...known].filter((slot) => Number(slot) <= now - milliseconds(window)),
  };
}

/** The counts after one more call. Every implementation of `Breakers.count` does this. */
export function counted(counts: Counts, { kind, slot, stale }: Observation): Counts {
  const without = (slots: Record<string, number>) =>
    Object.fromEntries(Object.entries(slots).filter(([at]) => !stale.includes(at)));
  const after = { answered: without(counts.answered), failed: without(counts.failed) };
  after[kind] = { ...after[kind], [slot]: (after[kind][slot] ?? 0) + 1 };
  return { ...after, inARow: kind === "failed" ? counts.inARow + 1 : 0 };
}

/** Whether there is a failure in the window: without one, successful calls need not be counted. */
export function isClean({ window }: BreakerSpec, { inARow, failed }: Counts, now: number): boolean {
  return inARow === 0 && Object.keys(failed).every((slot) => Number(slot) <= now - milliseconds(window));
}

/** Whether the downstream has failed so often that calls must stop. */
export function isTooMuch({ failures, rate }: BreakerSpec, counts: Counts): boolean {
  const sum = (slots: Record<string, number>) =>
    Object.values(slots).reduce((total, calls) => total + calls, 0);
  const failed = sum(counts.failed);
  const calls = failed + sum(counts.answered);
  return counts.inARow >= failures || (calls >= rate.least && failed / calls >= rate.share);
}
