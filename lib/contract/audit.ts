import type { RunItem } from "./items/run.ts";
import { shardOf } from "./keys/index-partitions.ts";

/** Time within which changes are published, unless something is wrong. */
const PUBLISHED_AFTER = 5 * 60 * 1000;
/** A run that ends within this time after its acceptance has no position in the index of due items. */
const SHORT = 5 * 60 * 1000;

/**
 * The time after its acceptance at which each run is checked, in the order of acceptance. A short run has ended and was
 * published by then. An open one gets a position in the index of due items. So most runs never have one.
 */
export const LOOKED_AT_AFTER = SHORT + PUBLISHED_AFTER;

/**
 * The position, in the index of due items, of a run or reaction run whose log is to be compared with the
 * table. It stays there: the audit stores its own progress, so that nothing has to be removed.
 * @param now epoch milliseconds
 */
export function auditOf(run: string, now: number): { due: string; dueAt: string } {
  return { due: shardOf("ended", run), dueAt: new Date(now + PUBLISHED_AFTER).toISOString() };
}

/** The same of a run that ends now: none for a short one, which the audit finds by its acceptance. */
export function auditOfRun(
  { run, acceptedAt }: Pick<RunItem, "run"> & Partial<Pick<RunItem, "acceptedAt">>,
  now: number,
): ReturnType<typeof auditOf> | undefined {
  return acceptedAt !== undefined && isYoung({ acceptedAt }, now) ? undefined : auditOf(run, now);
}

/** Whether a run was accepted so recently that everything it does now is done when it is checked by its acceptance. */
export function isYoung({ acceptedAt }: Pick<RunItem, "acceptedAt">, now: number): boolean {
  return now <= Date.parse(acceptedAt) + SHORT;
}

/** Whether the audit finds an ended run in the index of due items. Otherwise it finds it by its acceptance. */
export function isInAudit({ due }: Pick<RunItem, "due">): boolean {
  return due?.startsWith("ended#") === true;
}

/** The ISO time up to which changes should be published. */
export function publishedBy(now: number): string {
  return new Date(now - PUBLISHED_AFTER).toISOString();
}
