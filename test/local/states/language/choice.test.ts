import { expect, test } from "vitest";
import {
  type ChoiceRule,
  evaluateChoiceRule,
  parseTimestamp,
} from "../../../../local/states/jsonpath/index.ts";

const holds = (rule: ChoiceRule, value: unknown, other?: unknown) =>
  evaluateChoiceRule(
    { Variable: "$.value", ...rule },
    { input: { value, other }, context: {}, variables: {} },
  );

test.each<[string, unknown, unknown, boolean]>([
  ["StringEquals", "a", "a", true],
  ["StringEquals", 1, "1", false],
  ["StringLessThan", "a", "b", true],
  ["StringGreaterThanEquals", "b", "b", true],
  ["NumericEquals", 1, 1, true],
  ["NumericEquals", true, 1, false],
  ["NumericEquals", "1", 1, false],
  ["NumericLessThanEquals", 2, 1, false],
  ["BooleanEquals", false, false, true],
  ["BooleanEquals", null, false, false],
  ["TimestampEquals", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z", true],
  ["TimestampLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", true],
  ["TimestampGreaterThan", "not a time", "2026-01-01T00:00:00Z", false],
])("%s of %j and %j is %s, by value and by path", (operator, value, other, expected) => {
  expect(holds({ [operator]: other }, value)).toBe(expected);
  expect(holds({ [`${operator}Path`]: "$.other" }, value, other)).toBe(expected);
});

test.each<[string, unknown]>([
  ["IsNull", null],
  ["IsBoolean", false],
  ["IsNumeric", 0],
  ["IsString", ""],
  ["IsTimestamp", "2026-01-01T00:00:00Z"],
])("%s holds for %j and for nothing else", (operator, value) => {
  expect(holds({ [operator]: true }, value)).toBe(true);
  expect(holds({ [operator]: false }, value)).toBe(false);
  expect(holds({ [operator]: true }, [value])).toBe(false);
  expect(holds({ [operator]: false }, [value])).toBe(true);
});

test.each([
  ["order-*", "order-17", true],
  ["*.json", "a/b.json", true],
  ["a*c", "abcd", false],
  ["a.c", "abc", false],
  ["50\\*", "50*", true],
  ["50\\*", "500", false],
  ["C:\\\\*", "C:\\temp", true],
])("StringMatches %s with %s is %s", (pattern, value, expected) => {
  expect(holds({ StringMatches: pattern }, value)).toBe(expected);
});

const missing = (rule: ChoiceRule) => evaluateChoiceRule(rule, { input: {}, context: {}, variables: {} });

test("a comparison needs its variable, IsPresent does not", () => {
  expect(missing({ Variable: "$.x", IsPresent: false })).toBe(true);
  expect(holds({ IsPresent: true }, null)).toBe(true);
  expect(() => missing({ Variable: "$.x", IsString: true })).toThrow(
    expect.objectContaining({
      error: "States.Runtime",
      cause: "Invalid path '$.x': The choice state's condition path references an invalid value.",
    }),
  );
});

test("And and Or stop where the answer is known, so IsPresent may guard", () => {
  const present = { Variable: "$.x", IsPresent: true };
  const comparison = { Variable: "$.x", NumericEquals: 1 };
  expect(missing({ And: [present, comparison] })).toBe(false);
  expect(missing({ Or: [{ Not: present }, comparison] })).toBe(true);
});

test.each([
  ["2026-02-28T23:59:59Z", Date.UTC(2026, 1, 28, 23, 59, 59)],
  ["2026-02-28T23:59:59.5-01:30", Date.UTC(2026, 2, 1, 1, 29, 59, 500)],
  ["2026-02-29T00:00:00Z", undefined],
  ["2026-01-01T25:00:00Z", undefined],
  ["2026-01-01 00:00:00Z", undefined],
  ["2026-01-01T00:00:00", undefined],
  ["01-01-2026T00:00:00Z", undefined],
])("the timestamp %s", (text, expected) => {
  expect(parseTimestamp(text)).toBe(expected);
});
