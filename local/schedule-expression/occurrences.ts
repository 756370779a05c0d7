import { parseCron } from "./cron.ts";
import { parseRate } from "./rate.ts";
import type { TimeZone } from "./time-zone.ts";

/** The first occurrence at or after `from`, in milliseconds; undefined if there is none. */
export type FirstOccurrence = (from: number) => number | undefined;

export interface Recurrence {
  zone: TimeZone;
  /** A rate counts from here. */
  anchor: number;
  /** The start: no occurrence before. */
  start?: number | undefined;
  /** The end: no occurrence after. */
  end?: number | undefined;
}

/** Parses `at(2026-11-21T07:00:00)` in local time. Undefined for anything else. */
function parseAt(expression: string): number | undefined {
  const text = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression)?.[1];
  const time = text === undefined ? Number.NaN : Date.parse(`${text}Z`);
  // A date that does not exist (February 30) would be parsed as another one.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== text ? undefined : time;
}

/**
 * The occurrences of a schedule of `at(…)`, `rate(…)` or `cron(…)`. A local time that a change of the clocks
 * skips is left out, one that occurs twice counts the first time; a schedule of one time has no start and no
 * end. Undefined for an invalid expression.
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
