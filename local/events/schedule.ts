import { parseCron } from "../schedule-expression/cron.ts";
import { parseRate } from "../schedule-expression/rate.ts";

/**
 * Parses `rate(5 minutes)` or `cron(0 12 * * ? *)`. The returned function gives the first time after `now`
 * (milliseconds) of a schedule that began at `start`, undefined if there is none. Undefined for anything
 * else.
 */
export function parseSchedule(
  expression: string,
): ((now: number, start: number) => number | undefined) | undefined {
  const cron = parseCron(expression);
  if (cron) return cron;
  const rate = parseRate(expression);
  if (!rate?.grammatical) return undefined;
  return (now, start) => start + (Math.floor((now - start) / rate.every) + 1) * rate.every;
}
