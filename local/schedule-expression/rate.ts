const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export interface Rate {
  /** Milliseconds from one occurrence to the next. */
  every: number;
  /** Whether the unit agrees with the value in number: "1 hour", "2 hours". Not all services require it. */
  grammatical: boolean;
}

/** Parses `rate(5 minutes)`. A day is 24 hours, even when the clocks change. Undefined for anything else. */
export function parseRate(expression: string): Rate | undefined {
  const [, count, unit, plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const every = Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (!(every > 0)) return undefined;
  return { every, grammatical: (plural === "s") === (Number(count) !== 1) };
}
