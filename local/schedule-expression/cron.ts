type Matches = (value: number) => boolean;

/** A day of the calendar, months from 1. */
interface Day {
  year: number;
  month: number;
  day: number;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

/** The first match of a cron expression after a given time, in milliseconds; undefined if there is none. */
export type NextMoment = (after: number) => number | undefined;

/**
 * Parses `cron(0 12 * * ? *)`: minutes, hours, day of month, month, day of week, year. Times are local times:
 * in UTC they are times since the epoch. Undefined for anything else.
 */
export function parseCron(expression: string): NextMoment | undefined {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(" ") ?? [];
  if (fields.length !== 6) return undefined;
  const [minutes, hours, dayOfMonth, months, dayOfWeek, years] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return undefined;
  const minute = parseField(minutes, 0, 59);
  const hour = parseField(hours, 0, 23);
  const month = parseField(months, 1, 12, MONTHS);
  const year = parseField(years, FIRST_YEAR, LAST_YEAR);
  const day = dayOfWeek === "?" ? parseDayOfMonth(dayOfMonth) : parseDayOfWeek(dayOfWeek);
  if (!minute || !hour || !month || !year || !day) return undefined;

  return (after) => {
    const start = new Date((Math.floor(after / 60_000) + 1) * 60_000);
    for (let y = start.getUTCFullYear(); y <= LAST_YEAR; y++) {
      if (!year(y)) continue;
      for (let m = 1; m <= 12; m++) {
        if (!month(m) || Date.UTC(y, m) <= start.getTime()) continue;
        for (let d = 1; d <= daysIn(y, m); d++) {
          if (Date.UTC(y, m - 1, d + 1) <= start.getTime() || !day({ year: y, month: m, day: d })) continue;
          const moment = firstOf(Date.UTC(y, m - 1, d), start.getTime(), hour, minute);
          if (moment !== undefined) return moment;
        }
      }
    }
    return undefined;
  };
}

function firstOf(midnight: number, earliest: number, hour: Matches, minute: Matches): number | undefined {
  for (let minutes = Math.max(0, (earliest - midnight) / 60_000); minutes < 24 * 60; minutes++) {
    if (hour(Math.floor(minutes / 60)) && minute(minutes % 60)) return midnight + minutes * 60_000;
  }
  return undefined;
}

/**
 * A list of `*`, values, ranges and steps: "0/15", "1-5,10", "MON-FRI". Names denote values from `least` on.
 */
function parseField(field: string, least: number, most: number, names: string[] = []): Matches | undefined {
  const parts = field.split(",").map((part) => parsePart(part, least, most, names));
  return parts.every((part) => part !== undefined) ? (value) => parts.some((part) => part(value)) : undefined;
}

function parsePart(part: string, least: number, most: number, names: string[]): Matches | undefined {
  const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (!match) return undefined;
  const [, every, first, last, step] = match;
  const from = every ? least : read(first!, least, most, names);
  const alone = step === undefined ? from : most;
  const to = every ? most : last === undefined ? alone : read(last, least, most, names);
  const by = Number(step ?? 1);
  if (from === undefined || to === undefined || by < 1) return undefined;
  const wraps = from > to;
  return (value) => {
    if (wraps ? value < from && value > to : value < from || value > to) return false;
    return (value >= from ? value - from : value - from + (most - least + 1)) % by === 0;
  };
}

function read(text: string, least: number, most: number, names: string[]): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

/** Also "L", the last day, and "15W", the weekday nearest to the 15th within the month ("LW": the last weekday). */
function parseDayOfMonth(field: string): ((date: Day) => boolean) | undefined {
  if (field === "L") return ({ year, month, day }) => day === daysIn(year, month);
  const nearest = /^(L|\d+)W$/.exec(field)?.[1];
  if (nearest !== undefined) {
    if (nearest !== "L" && (Number(nearest) < 1 || Number(nearest) > 31)) return undefined;
    return ({ year, month, day }) => {
      const last = daysIn(year, month);
      const wanted = nearest === "L" ? last : Number(nearest);
      return wanted <= last && day === nearestWeekday(year, month, wanted, last);
    };
  }
  const matches = parseField(field, 1, 31);
  return matches && (({ day }) => matches(day));
}

/** Also "6L", the last Friday, "L", Saturday, and "3#2", the second Tuesday. */
function parseDayOfWeek(field: string): ((date: Day) => boolean) | undefined {
  const special = /^(\w+?)(?:(L)|#([1-5]))$/.exec(field);
  if (special) {
    const weekday = read(special[1]!, 1, 7, WEEKDAYS);
    if (weekday === undefined) return undefined;
    const [, , last, nth] = special;
    return (date) => {
      if (weekdayOf(date) !== weekday) return false;
      return last ? date.day > daysIn(date.year, date.month) - 7 : Math.ceil(date.day / 7) === Number(nth);
    };
  }
  const matches = parseField(field === "L" ? "7" : field, 1, 7, WEEKDAYS);
  return matches && ((date) => matches(weekdayOf(date)));
}

function nearestWeekday(year: number, month: number, day: number, last: number): number {
  const weekday = weekdayOf({ year, month, day });
  if (weekday === 7) return day > 1 ? day - 1 : day + 2;
  if (weekday === 1) return day < last ? day + 1 : day - 2;
  return day;
}

/** 1 for Sunday to 7 for Saturday. */
function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
