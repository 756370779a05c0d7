import { expect, test } from "vitest";
import { DefinitionError } from "../../lib/contract/definition-error.ts";
import { type Duration, milliseconds, seconds } from "../../lib/contract/duration.ts";

test.each<[Duration, number]>([
  ["1 ms", 1],
  ["500 ms", 500],
  ["1 second", 1_000],
  ["90 seconds", 90_000],
  ["2 minutes", 120_000],
  ["1.5 hours", 5_400_000],
  ["1 day", 86_400_000],
  ["2 weeks", 1_209_600_000],
])("%s are %i milliseconds", (duration, expected) => {
  expect(milliseconds(duration)).toBe(expected);
});

test("seconds are rounded up, since settings of zero mean something else", () => {
  expect(seconds("1 ms")).toBe(1);
  expect(seconds("1500 ms")).toBe(2);
  expect(seconds("2 seconds")).toBe(2);
});

test.each([
  "",
  "5",
  "five minutes",
  "1 fortnight",
  "-1 second",
  "0 seconds",
  "1minute",
  "1 minute ",
  "0.1 ms",
  "1e3 ms",
  "Infinity days",
])('"%s" is refused with what to write', (text) => {
  expect(() => milliseconds(text as Duration)).toThrow(
    new DefinitionError(`"${text}" is not a duration. Use a number above 0 and a unit, as in "90 seconds".`),
  );
});
