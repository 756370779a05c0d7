/** The local time of a zone, written as the milliseconds at which UTC has the same date and time. */
export interface TimeZone {
  /** The local time at a moment. */
  shown(moment: number): number;
  /**
   * The moment of a local time. Undefined for a time that is skipped when clocks go forward; the first of the
   * two when they go back.
   */
  moment(shown: number): number | undefined;
}

const DAY = 86_400_000;
const zones = new Map<string, TimeZone>();

/** The zone of an IANA name ("Europe/Berlin"), undefined for an unknown name. */
export function timeZone(name: string): TimeZone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const zone = readZone(name);
  if (zone) zones.set(name, zone);
  return zone;
}

function readZone(name: string): TimeZone | undefined {
  // Intl also accepts "+02:00", which is not a zone.
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
      // The zone's offsets before and after a change, the one that gives the earlier moment first.
      const offsets = [time - DAY, time + DAY].map((near) => shown(near) - near).sort((a, b) => b - a);
      return offsets.map((offset) => time - offset).find((moment) => shown(moment) === time);
    },
  };
}
