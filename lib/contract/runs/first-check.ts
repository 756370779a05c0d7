import { isYoung, LOOKED_AT_AFTER } from "../audit.ts";
import type { RunItem } from "../items/run.ts";
import { shardOf } from "../keys/index-partitions.ts";

/** First check of an open run; each later one waits twice as long. */
const FIRST_CHECK = 60 * 60 * 1000;

type Checked = Pick<RunItem, "run" | "acceptedAt" | "startWithin" | "status" | "express" | "until">;

/** Where an open run is checked at a time (epoch milliseconds), by the index of due items. */
export function dueAt(run: string, time: number): { due: string; dueAt: string } {
  return { due: shardOf("due", run), dueAt: new Date(time).toISOString() };
}

/** When a run that is still open after `since` (epoch milliseconds) is checked for the first time. */
export function firstCheck({ status, startWithin, express, until }: Checked, since: number): number {
  const limit = status === "accepted" ? startWithin : undefined;
  const end = express ? (express.check ?? express.until) : until;
  const outcome = end === undefined ? Infinity : Date.parse(end);
  return Math.min(since + Math.min(FIRST_CHECK, limit ?? FIRST_CHECK), outcome);
}

/**
 * The position of a run in the index of due items, if it needs one now: if its first check comes before runs are checked in
 * the order of their acceptance, or if that has passed.
 */
export function dueWhile(run: Checked, now: number): ReturnType<typeof dueAt> | undefined {
  const isFound = isYoung(run, now);
  const check = firstCheck(run, isFound ? Date.parse(run.acceptedAt) : now);
  const isSoon = check < Date.parse(run.acceptedAt) + LOOKED_AT_AFTER;
  return isFound && !isSoon ? undefined : dueAt(run.run, check);
}
