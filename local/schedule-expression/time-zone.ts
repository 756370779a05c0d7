/**
 * A zone's clock on a wall. What it shows is written as the milliseconds at which a clock in UTC would show the
 * same date and time.
 */
export interface TimeZone {
  /** What the clock shows at a moment. */
  shown(moment: number): number;
  /**
   * The moment at which the clock shows this. Undefined for a time that is skipped when clocks go forward; the
   * first of the two when they go back.
   */
  moment(shown: number): number | undefined;
}

const DAY = 86_400_000;
const zones = new Map<string, TimeZone>();

/** The zone of an IANA name ("Europe/Berlin"), undefined where there is none. */
export function timeZone(name: string): TimeZone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const zone = readZone(name);
  if (zone) zones.set(name, zone);
  return zone;
}

function readZone(name: string): TimeZone | undefined {
  // Intl takes "+02:00" as well, which is no zone.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined;
  }
  const shown = (moment: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
    ) as Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;
    const seconds = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    return seconds + (((moment % 1000) + 1000) % 1000);
  };
  return {
    shown,
    moment(time) {
      // The zone's offsets on either side of a change, the one that gives the earlier moment first.
      const offsets = [time - DAY, time + DAY].map((near) => shown(near) - near).sort((a, b) => b - a);
      return offsets.map((offset) => time - offset).find((moment) => shown(moment) === time);
    },
  };
}
