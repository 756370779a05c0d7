/** Local time; months and days from 1. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

type Matches = (value: number) => boolean;
type MatchesDay = (day: WallTime) => boolean;

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const [SUNDAY, SATURDAY] = [1, 7];

/**
 * Whether a local time matches a cron expression, by EventBridge's rules: minutes, hours, day of month,
 * month, day of week (1 is Sunday), year. Undefined for an invalid expression.
 */
export function readCron(fields: string): ((time: WallTime) => boolean) | undefined {
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = "", ...more] =
    fields.split(" ");
  const minute = readField(minutes, 0, 59);
  const hour = readField(hours, 0, 23);
  const month = readField(months, 1, 12, MONTHS);
  const year = readField(years, 1970, 2199);
  const oneOfBoth = (days === "?") !== (weekdays === "?");
  const day = days === "?" ? readWeekday(weekdays) : readDayOfMonth(days);
  if (!minute || !hour || !month || !year || !day || !oneOfBoth || more.length > 0) return undefined;
  return (time) =>
    minute(time.minute) && hour(time.hour) && month(time.month) && year(time.year) && day(time);
}

/** A list of "*", values, ranges and steps: "0/15", "1-5,10", "MON-FRI". Names denote values from `least` on. */
function readField(field: string, least: number, most: number, names: string[] = []): Matches | undefined {
  const parts = field.split(",").map((part) => readPart(part, least, most, names));
  return parts.every((part) => part !== undefined) ? (value) => parts.some((part) => part(value)) : undefined;
}

function readPart(part: string, least: number, most: number, names: string[]): Matches | undefined {
  const [, all, first = "", last, step] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part) ?? [];
  const from = all ? least : readValue(first, least, most, names);
  const open = all !== undefined || step !== undefined;
  const to = last === undefined ? (open ? most : from) : readValue(last, least, most, names);
  const by = Number(step ?? 1);
  if (from === undefined || to === undefined || by < 1) return undefined;
  const length = most - least + 1;
  // A range may wrap around, "FRI-MON".
  const span = (to - from + length) % length;
  return (value) => {
    const distance = (value - from + length) % length;
    return distance <= span && distance % by === 0;
  };
}

function readValue(text: string, least: number, most: number, names: string[]): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

/** Also "L", the last day, and "15W", the weekday nearest to the 15th within the month ("LW": the last weekday). */
function readDayOfMonth(field: string): MatchesDay | undefined {
  if (field === "L") return (time) => time.day === lengthOf(time);
  const [, nearest] = /^(L|\d+)W$/.exec(field) ?? [];
  if (nearest !== undefined) {
    const wanted = nearest === "L" ? undefined : readValue(nearest, 1, 31, []);
    if (nearest !== "L" && wanted === undefined) return undefined;
    return (time) => time.day === nearestWeekday(time, wanted ?? lengthOf(time));
  }
  const matches = readField(field, 1, 31);
  return matches && (({ day }) => matches(day));
}

/** Also "6L", the last Friday, "L", Saturday, and "3#2", the second Tuesday. */
function readWeekday(field: string): MatchesDay | undefined {
  const [, name, last, nth] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(field) ?? [];
  if (name !== undefined) {
    const weekday = readValue(name, SUNDAY, SATURDAY, WEEKDAYS);
    if (weekday === undefined) return undefined;
    return (time) =>
      weekdayOf(time) === weekday &&
      (last ? time.day > lengthOf(time) - 7 : Math.ceil(time.day / 7) === Number(nth));
  }
  const matches = readField(field === "L" ? "SAT" : field, SUNDAY, SATURDAY, WEEKDAYS);
  return matches && ((time) => matches(weekdayOf(time)));
}

/** Undefined in a month that has no such day. */
function nearestWeekday(time: WallTime, wanted: number): number | undefined {
  const last = lengthOf(time);
  if (wanted > last) return undefined;
  switch (weekdayOf({ ...time, day: wanted })) {
    case SATURDAY:
      return wanted > 1 ? wanted - 1 : wanted + 2;
    case SUNDAY:
      return wanted < last ? wanted + 1 : wanted - 2;
    default:
      return wanted;
  }
}

/** 1 for Sunday to 7 for Saturday. */
function weekdayOf({ year, month, day }: WallTime): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** Days of the month. */
function lengthOf({ year, month }: WallTime): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
