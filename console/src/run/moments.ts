import type { LogEntry } from "../api/types.ts";

/** A run's period, epoch milliseconds. */
export interface Span {
  from: number;
  to: number;
}

const ENDS = new Set(["run.succeeded", "run.failed", "run.timed-out", "run.terminated"]);

/** When a run ended, from its log, even if an earlier time is shown. A retried run has not ended. */
export function endIn(log: readonly LogEntry[]): string | undefined {
  const last = log.findLast(({ name }) => name.startsWith("run."));
  return last && ENDS.has(last.name) ? last.at : undefined;
}

/** From its acceptance to its end, or to the last known time. */
export function spanOf(
  { acceptedAt, endedAt, asOf }: { acceptedAt: string; endedAt?: string | undefined; asOf: string },
  log: readonly LogEntry[],
  now: number,
): Span {
  const from = Date.parse(acceptedAt);
  const last = Math.max(from, ...log.map(({ at }) => Date.parse(at)));
  // Nothing has happened since its end, however late it is viewed.
  const to = Math.max(last, ...(endedAt === undefined ? [Date.parse(asOf), now] : [Date.parse(endedAt)]));
  return { from, to: Math.max(to, from + 1) };
}

/** Milliseconds around an entry that are drawn in proportion. */
const AROUND = 250;

/** The periods in which something happened. */
export function busyIn(log: readonly LogEntry[]): Span[] {
  return log.map(({ at }) => ({ from: Date.parse(at) - AROUND, to: Date.parse(at) + AROUND }));
}

/** The entry before a time, or the one after it; undefined if there is none. */
export function neighbour(
  log: readonly LogEntry[],
  moment: number,
  way: "before" | "after",
): LogEntry | undefined {
  const times = log.map((entry) => ({ entry, at: Date.parse(entry.at) })).sort((a, b) => a.at - b.at);
  return way === "before"
    ? times.findLast(({ at }) => at < moment)?.entry
    : times.find(({ at }) => at > moment)?.entry;
}
