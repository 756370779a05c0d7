import { UserError } from "../kernel/errors.ts";

/** Milliseconds, or words: "90 seconds", "24 hours", "1 day". */
export type Duration = number | `${number} ${Unit}`;

type Unit = `${"millisecond" | "second" | "minute" | "hour" | "day" | "week"}${"" | "s"}`;

const UNITS: Record<string, number> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Throws UserError for what is no span of time. */
export function toMilliseconds(duration: Duration): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) (\w+?)s?$/.exec(String(duration)) ?? [];
  const value = typeof duration === "number" ? duration : Number(amount) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (value >= 0) return value;
  throw new UserError(
    `"${duration}" is no span of time. Write milliseconds, or a number and one of ${Object.keys(UNITS).join(", ")}: "24 hours".`,
  );
}
