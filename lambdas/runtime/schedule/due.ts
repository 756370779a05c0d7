import { occurrencesAfter, type Timing } from "../../../lib/contract/trigger/occurrences.ts";
import type { Missed } from "../../../lib/contract/trigger/schedule.ts";

/** The state of a schedule when an occurrence comes; times in epoch milliseconds. */
export interface ScheduleProgress {
  /** The newest occurrence that was published. Undefined if there is none by this timing. */
  last: number | undefined;
  current: number;
  now: number;
}

/**
 * The occurrences to publish now, oldest first: the one that has come, with what was missed before it; or of
 * all that are due, the newest alone.
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
