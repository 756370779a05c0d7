import { DefinitionError } from "./definition-error.ts";

/** Milliseconds of each unit of a duration. */
const UNITS = {
  ms: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
} as const;

type Unit = keyof typeof UNITS;

/**
 * A duration as text: "500 ms", "90 seconds", "1 day", "1.5 hours". The last member is not a duration: it is
 * for the compiler's message.
 */
export type Duration =
  `${Written | 'Write a number and a unit, as in "90 seconds", "2 hours" or "1.5 days"'}`;
type Written = `${number} ${Unit | `${Exclude<Unit, "ms">}s`}`;

/** Milliseconds of each unit with its spellings, "second" and "seconds". */
export const MILLISECONDS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(UNITS).flatMap(([unit, length]) =>
    unit === "ms"
      ? [[unit, length]]
      : [
          [unit, length],
          [`${unit}s`, length],
        ],
  ),
);

const ADVICE = 'Use a number above 0 and a unit, as in "90 seconds".';
/** The error of an invalid duration. */
export const NO_LENGTH = `is not a duration. ${ADVICE}`;

const WRITTEN = /^(\d+(?:\.\d+)?) ([a-z]+)$/;

/**
 * A duration in milliseconds. Throws a DefinitionError for an invalid duration, or one of zero or less. The error names
 * `what` it is, if that is given: 'The timeout of step "charge"'.
 */
export function milliseconds(duration: Duration, what?: string): number {
  const [, amount, unit = ""] = WRITTEN.exec(duration) ?? [];
  const length = Math.round(Number(amount) * (MILLISECONDS[unit] ?? 0));
  if (length > 0) return length;
  if (what === undefined) throw new DefinitionError(`"${duration}" ${NO_LENGTH}`);
  throw new DefinitionError(
    duration === undefined ? `${what} is missing. ${ADVICE}` : `${what}, "${duration}", ${NO_LENGTH}`,
  );
}

/** A duration in whole seconds, rounded up: the unit of every AWS setting. */
export function seconds(duration: Duration): number {
  return Math.ceil(milliseconds(duration) / 1_000);
}
