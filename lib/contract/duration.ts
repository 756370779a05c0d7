/** Milliseconds of each unit a duration may be given in. */
const UNITS = {
  ms: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
} as const;

type Unit = keyof typeof UNITS;

/** A length of time as a person writes it: "500 ms", "90 seconds", "1 day", "1.5 hours". */
export type Duration = `${number} ${Unit | `${Exclude<Unit, "ms">}s`}`;

const WRITTEN = /^(\d+(?:\.\d+)?) (?:(ms)|(second|minute|hour|day|week)s?)$/;

/** A duration in milliseconds. Throws a RangeError for what is not a duration, or is not longer than nothing. */
export function milliseconds(duration: Duration): number {
  const [, amount, ...units] = WRITTEN.exec(duration) ?? [];
  const unit = units.find((candidate) => candidate !== undefined) as Unit | undefined;
  const length = unit === undefined ? 0 : Math.round(Number(amount) * UNITS[unit]);
  if (length > 0) return length;
  throw new RangeError(
    `"${duration}" is not a length of time. Write a number above 0 and a unit, as in "90 seconds".`,
  );
}

/** A duration in whole seconds, rounded up: the unit of every AWS setting. */
export function seconds(duration: Duration): number {
  return Math.ceil(milliseconds(duration) / 1_000);
}
