import { readCron, type WallTime } from "./cron.ts";

/** A recurring time, in EventBridge Scheduler's format: "cron(0 7 * * ? *)". */
export interface Timing {
  readonly expression: string;
  /** IANA name. */
  readonly timeZone: string;
}

const MINUTE = 60_000;
/** No time zone changes its offset by more than three hours. */
const QUARTER = 15 * MINUTE;
const LONGEST_CHANGE = 3 * 60 * MINUTE;
/** A year and some days. Older occurrences are skipped. */
const LONGEST_PAST = 370 * 24 * 60 * MINUTE;
const UNITS = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE } as const;

/**
 * The occurrences after a known one and up to `until`, oldest first, in epoch milliseconds. As in Scheduler,
 * a local time that is skipped by a change of the clocks is left out, and one that occurs twice counts the
 * first time. Throws a RangeError for an invalid expression.
 */
export function occurrencesAfter(known: number, until: number, { expression, timeZone }: Timing): number[] {
  const [, kind, inner = ""] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "at") return [];
  if (kind === "rate") return atRate(known, until, periodOf(inner, expression));
  const matches = kind === "cron" ? readCron(inner) : undefined;
  if (!matches)
    throw invalid(
      expression,
      'Use six fields: minutes, hours, day of the month, month, day of the week and year, one of the days as "?": "0 7 * * ? *"',
    );
  return onClock(Math.max(known, until - LONGEST_PAST), until, timeZone, matches);
}

function atRate(known: number, until: number, period: number): number[] {
  const count = Math.max(0, Math.floor((until - known) / period));
  return Array.from({ length: count }, (_, index) => known + (index + 1) * period);
}

function periodOf(rate: string, expression: string): number {
  const [, value, unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(rate) ?? [];
  if (unit === undefined) throw invalid(expression, "Use a whole number of minutes, hours or days");
  return Number(value) * UNITS[unit as keyof typeof UNITS];
}

const invalid = (expression: string, remedy: string) =>
  new RangeError(`${expression} is not a valid expression of EventBridge Scheduler. ${remedy}.`);

function onClock(
  after: number,
  until: number,
  timeZone: string,
  matches: (time: WallTime) => boolean,
): number[] {
  const shown = wallClock(timeZone);
  const found: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  // Starts before a change of the clocks, so that repeated local times are recognised.
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

/** The zone's local time at a moment, as the moment with the same time in UTC. */
function wallClock(timeZone: string): (moment: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
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
