import { occurrencesAfter, type Timing } from "../../../lib/contract/trigger/occurrences.ts";
import type { Missed } from "../../../lib/contract/trigger/schedule.ts";

/** The state of a schedule at an occurrence; times in epoch milliseconds. */
export interface ScheduleProgress {
  /** The newest published occurrence. Undefined if there is none with this timing. */
  last: number | undefined;
  current: number;
  now: number;
}

/**
 * The occurrences to publish now, oldest first: the current one, with those that were missed before it; or
 * only the newest of all that are due.
 */
export function dueOccurrences(
  timing: Timing,
  missed: Exclude<Missed, "skip">,
  { last, current, now }: ScheduleProgress,
): number[] {
  if (last !== undefined && current <= last) return [];
  if (missed === "last") return [occurrencesAfter(current, now, timing).at(-1) ?? current];
  const before = last === undefined ? [] : occurrencesAfter(last, current - 1, timing);
  return [...before, current];
}
