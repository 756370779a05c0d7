import { parseCron } from "./cron.ts";
import { parseRate } from "./rate.ts";
import type { TimeZone } from "./time-zone.ts";

/** The first occurrence at `from` or after it, in milliseconds; undefined where none comes any more. */
export type FirstOccurrence = (from: number) => number | undefined;

export interface Recurrence {
  zone: TimeZone;
  /** A rate counts from here. */
  anchor: number;
  /** No occurrence before. */
  start?: number | undefined;
  /** No occurrence after. */
  end?: number | undefined;
}

/** Reads `at(2026-11-21T07:00:00)`, as the clock on the wall shows it. Undefined for anything else. */
export function parseAt(expression: string): number | undefined {
  const text = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression)?.[1];
  const time = text === undefined ? Number.NaN : Date.parse(`${text}Z`);
  // A date that does not exist (February 30) would be read as another one.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== text ? undefined : time;
}

/**
 * When a schedule of `at(…)`, `rate(…)` or `cron(…)` occurs. A time that the zone's clocks skip is left out, one
 * that they show twice counts the first time; a schedule of one time knows no start and no end. Undefined for an
 * expression that is none of these.
 */
export function parseOccurrences(
  expression: string,
  { zone, anchor, start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY }: Recurrence,
): FirstOccurrence | undefined {
  const once = parseAt(expression);
  if (once !== undefined) {
    const moment = zone.moment(once);
    return (from) => (moment !== undefined && moment >= from ? moment : undefined);
  }
  const recurring = parseRecurring(expression, zone, anchor);
  return (
    recurring &&
    ((from) => {
      const found = recurring(Math.max(from, start));
      return found !== undefined && found <= end ? found : undefined;
    })
  );
}

function parseRecurring(expression: string, zone: TimeZone, anchor: number): FirstOccurrence | undefined {
  const rate = parseRate(expression);
  if (rate) {
    return (from) => anchor + Math.max(0, Math.ceil((from - anchor) / rate.every)) * rate.every;
  }
  const cron = parseCron(expression);
  return (
    cron &&
    ((from) => {
      for (let shown = cron(zone.shown(from - 1)); shown !== undefined; shown = cron(shown)) {
        const moment = zone.moment(shown);
        if (moment !== undefined && moment >= from) return moment;
      }
      return undefined;
    })
  );
}
