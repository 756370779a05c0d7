import type { RunSummary } from "../api/types.ts";

/** The health of one workflow, or all, in a period. Durations in milliseconds; undefined if no run ended. */
export interface Health {
  name: string;
  runs: number;
  ended: number;
  failed: number;
  /** Of those that ended. */
  failedShare: number;
  median: number | undefined;
  slow: number | undefined;
}

/** A part of the period: how many runs were accepted in it, by outcome. */
export interface Bucket {
  from: number;
  to: number;
  succeeded: number;
  failed: number;
  open: number;
  median: number | undefined;
}

const FAILED = new Set(["failed", "timed-out"]);

function isFailed({ status }: RunSummary): boolean {
  return FAILED.has(status);
}

/** Each workflow, the highest failure rate first. */
export function healthByWorkflow(runs: readonly RunSummary[]): Health[] {
  return [...Map.groupBy(runs, ({ workflow }) => workflow)]
    .map(([name, own]) => healthOf(name, own))
    .sort((a, b) => b.failedShare - a.failedShare || b.runs - a.runs || a.name.localeCompare(b.name));
}

export function healthOf(name: string, runs: readonly RunSummary[]): Health {
  const ended = runs.filter(({ endedAt }) => endedAt !== undefined);
  const failed = runs.filter(isFailed).length;
  const times = durationsOf(runs);
  return {
    name,
    runs: runs.length,
    ended: ended.length,
    failed,
    failedShare: ended.length === 0 ? 0 : failed / ended.length,
    median: quantile(times, 0.5),
    slow: quantile(times, 0.95),
  };
}

/**
 * The cost of the runs of today, in US dollars; undefined if none of them has one. `isPart`: the runs do not
 * reach back to the beginning of the day, and there are more.
 */
export function costToday(
  runs: readonly RunSummary[],
  now: number,
  areMore: boolean,
): { usd: number; isPart: boolean } | undefined {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const today = runs.filter(({ acceptedAt }) => Date.parse(acceptedAt) >= midnight);
  const costs = today.flatMap(({ cost }) => (cost?.usd === undefined ? [] : [cost.usd]));
  if (costs.length === 0) return undefined;
  return {
    usd: costs.reduce((sum, one) => sum + one, 0),
    isPart: areMore && today.length === runs.length,
  };
}

/** The durations of successful runs, sorted. */
function durationsOf(runs: readonly RunSummary[]): number[] {
  return runs
    .flatMap(({ status, acceptedAt, endedAt }) =>
      status === "succeeded" && endedAt !== undefined ? Date.parse(endedAt) - Date.parse(acceptedAt) : [],
    )
    .sort((a, b) => a - b);
}

/** The smallest of sorted values that is at least as large as this share of them. */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The time from the first of these runs until now, in parts of the same length. */
export function bucketsOf(runs: readonly RunSummary[], now: number, parts = 30): Bucket[] {
  if (runs.length === 0) return [];
  const first = Math.min(now - parts, ...runs.map(({ acceptedAt }) => Date.parse(acceptedAt)));
  const length = (now - first) / parts;
  const own = Map.groupBy(runs, ({ acceptedAt }) =>
    Math.min(parts - 1, Math.max(0, Math.floor((Date.parse(acceptedAt) - first) / length))),
  );
  return Array.from({ length: parts }, (_, part) => {
    const inPart = own.get(part) ?? [];
    const failed = inPart.filter(isFailed).length;
    const open = inPart.filter(({ endedAt }) => endedAt === undefined).length;
    return {
      from: first + part * length,
      to: first + (part + 1) * length,
      failed,
      open,
      succeeded: inPart.length - failed - open,
      median: quantile(durationsOf(inPart), 0.5),
    };
  });
}

/** "12 per minute", "3 per hour": in the unit that gives at least one. */
export function rateText(count: number, milliseconds: number): string {
  for (const [unit, length] of [
    ["second", 1_000],
    ["minute", 60_000],
    ["hour", 3_600_000],
  ] as const) {
    const rate = (count / Math.max(1, milliseconds)) * length;
    if (rate >= 1) return `${rate < 10 ? Number(rate.toFixed(1)) : Math.round(rate)} per ${unit}`;
  }
  return `${Number(((count / Math.max(1, milliseconds)) * 86_400_000).toFixed(1))} per day`;
}
