import { type Duration, milliseconds } from "../lib/contract/duration.ts";
import { UsageError } from "./explain.ts";

/** Parses a time, "2 hours ago" or ISO 8601, and returns it in ISO 8601. `now` in epoch milliseconds. */
export function readTime(text: string, now: number): string {
  const [, ago] = /^(.*\D)\s+ago$/.exec(text) ?? [];
  const time = ago === undefined ? Date.parse(text) : now - lengthOf(ago);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new UsageError(`"${text}" is not a time. Use a form like "2 hours ago", or "2026-11-21T09:00:00Z".`);
}

function lengthOf(duration: string): number {
  try {
    return milliseconds(duration as Duration);
  } catch {
    return Number.NaN;
  }
}
