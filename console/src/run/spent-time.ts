import type { TimelineBar } from "../api/types.ts";

export const KINDS = ["queued", "running", "backoff", "waiting", "person", "deferred"] as const;
export type Kind = (typeof KINDS)[number];

/** At each time, the first of these counts. */
const COUNTED = ["running", "person", "waiting", "backoff", "deferred", "queued"] as const;

const none = (): Record<Kind, number> => ({
  queued: 0,
  running: 0,
  backoff: 0,
  waiting: 0,
  person: 0,
  deferred: 0,
});

/**
 * Where a run's time was spent, in milliseconds by kind: at each time only the most advanced kind counts, so
 * that the sum is never more than the run's duration.
 */
export function spentTime(bars: readonly TimelineBar[], end: number): Record<Kind, number> {
  const spent = none();
  const changes = bars.flatMap(({ kind, from, to }) => [
    { at: Date.parse(from), kind, by: 1 },
    { at: to === undefined ? end : Date.parse(to), kind, by: -1 },
  ]);
  changes.sort((a, b) => a.at - b.at);
  const open = none();
  let last = changes[0]?.at ?? 0;
  for (const { at, kind, by } of changes) {
    const counted = COUNTED.find((one) => open[one] > 0);
    if (counted) spent[counted] += at - last;
    open[kind] += by;
    last = at;
  }
  return spent;
}

/** Each kind, as it is shown. */
export const KIND_NAMES: Record<Kind, string> = {
  queued: "queue time",
  running: "running",
  backoff: "backoff",
  waiting: "waiting for an event",
  person: "waiting for a person",
  deferred: "deferred",
};
