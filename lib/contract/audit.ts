import { shardOf } from "./keys.ts";

/** Time within which changes are published, unless something is wrong. */
const TOLD_AFTER = 5 * 60 * 1000;

/**
 * The position, in the index of due items, of a run or reaction run whose log is to be compared with the
 * table. It stays there: the audit stores its own progress, so that nothing has to be removed.
 * @param now epoch milliseconds
 */
export function auditOf(run: string, now: number): { due: string; dueAt: string } {
  return { due: shardOf("ended", run), dueAt: new Date(now + TOLD_AFTER).toISOString() };
}

/** The ISO time up to which changes should be published. */
export function toldBy(now: number): string {
  return new Date(now - TOLD_AFTER).toISOString();
}
