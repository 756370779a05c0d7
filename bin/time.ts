import { type Duration, milliseconds } from "../lib/contract/duration.ts";
import { UsageError } from "./explain.ts";

/** Parses a time, "2 hours ago" or ISO 8601, and returns it in ISO 8601. `now` in epoch milliseconds. */
export function readTime(text: string, now: number): string {
  const [, ago] = /^(.*\S)\s+ago$/.exec(text) ?? [];
  const time = ago === undefined ? Date.parse(text) : now - lengthOf(ago);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new UsageError(`"${text}" is not a time. Use a form like "2 hours ago", or "2026-11-21T09:00:00Z".`);
}

function lengthOf(duration: string): number {
  try {
    return readLength(duration);
  } catch {
    return Number.NaN;
  }
}

const UNITS: Record<string, string> = { s: "seconds", m: "minutes", h: "hours", d: "days" };

/** Milliseconds of a length of time as people write it: "2 hours", "2h". Throws where it is none. */
export function readLength(text: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?) ?([smhd])$/.exec(text) ?? [];
  return milliseconds((unit === undefined ? text : `${count} ${UNITS[unit]}`) as Duration);
}
