import { parseCron } from "./cron.ts";

const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)` or `cron(0 12 * * ? *)`. The answer gives the first moment after `now` (milliseconds)
 * of a schedule that began at `start`, undefined where none comes any more. Undefined for anything else.
 */
export function parseSchedule(
  expression: string,
): ((now: number, start: number) => number | undefined) | undefined {
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron !== undefined) return parseCron(cron);
  const [, count, unit, plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const every = Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (!(every > 0) || (plural === "s") === (Number(count) === 1)) return undefined;
  return (now, start) => start + (Math.floor((now - start) / every) + 1) * every;
}
