import { readCron, type WallTime } from "./cron.ts";

/** When something comes round, in EventBridge Scheduler's words: "cron(0 7 * * ? *)". */
export interface Timing {
  readonly expression: string;
  /** IANA name. */
  readonly timeZone: string;
}

const MINUTE = 60_000;
/** Clocks are set forward and back at such times, and no time zone's clock is set by more than three hours. */
const QUARTER = 15 * MINUTE;
const LONGEST_CHANGE = 3 * 60 * MINUTE;
/** A year and some days. Older occurrences are skipped. */
const LONGEST_PAST = 370 * 24 * 60 * MINUTE;
const UNITS = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE } as const;

/**
 * The occurrences after a known one and up to `until`, oldest first, in epoch milliseconds. As Scheduler has it, a time
 * that the zone's clocks skip is left out, and one that they show twice counts the first time. Throws a RangeError for an
 * expression that is none.
 */
export function occurrencesAfter(known: number, until: number, { expression, timeZone }: Timing): number[] {
  const [, kind, inner = ""] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "at") return [];
  if (kind === "rate") return atRate(known, until, periodOf(inner, expression));
  const matches = kind === "cron" ? readCron(inner) : undefined;
  if (!matches) throw new RangeError(`${expression} is not a valid expression of EventBridge Scheduler.`);
  return onClock(Math.max(known, until - LONGEST_PAST), until, timeZone, matches);
}

function atRate(known: number, until: number, period: number): number[] {
  const count = Math.max(0, Math.floor((until - known) / period));
  return Array.from({ length: count }, (_, index) => known + (index + 1) * period);
}

function periodOf(rate: string, expression: string): number {
  const [, value, unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(rate) ?? [];
  if (unit === undefined)
    throw new RangeError(`${expression} is not a valid expression of EventBridge Scheduler.`);
  return Number(value) * UNITS[unit as keyof typeof UNITS];
}

function onClock(
  after: number,
  until: number,
  timeZone: string,
  matches: (time: WallTime) => boolean,
): number[] {
  const shown = wallClock(timeZone);
  const found: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  // From before a change of the clocks on, so that what they show again is known to be shown again.
  const start = Math.floor((after - LONGEST_CHANGE) / QUARTER) * QUARTER;
  for (let quarter = start; quarter <= until; quarter += QUARTER) {
    const wall = shown(quarter);
    for (let minute = 0; minute < QUARTER; minute += MINUTE) {
      const [time, moment] = [wall + minute, quarter + minute];
      if (time <= latest) continue;
      latest = time;
      if (moment > after && moment <= until && matches(fieldsOf(time))) found.push(moment);
    }
  }
  return found;
}

/** What the zone's clocks show at a moment, as a moment at which clocks in UTC show the same. */
function wallClock(timeZone: string): (moment: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, hourCycle: "h23" },
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
  });
  return (moment) => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const [year, month, day] = [parts.get("year")!, parts.get("month")!, parts.get("day")!];
    return Date.UTC(year, month - 1, day, parts.get("hour")!, parts.get("minute")!);
  };
}

function fieldsOf(time: number): WallTime {
  const date = new Date(time);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}
