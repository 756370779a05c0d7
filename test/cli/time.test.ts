import { expect, test } from "vitest";
import { lookBack } from "../../bin/look-back.ts";
import { readTime } from "../../bin/time.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");

test.each([
  ["2 hours ago", "2026-11-21T08:00:00.000Z"],
  ["2h ago", "2026-11-21T08:00:00.000Z"],
  ["1.5 hours ago", "2026-11-21T08:30:00.000Z"],
  ["2026-11-20T09:00:00+01:00", "2026-11-20T08:00:00.000Z"],
])("%s is a time", (text, time) => {
  expect(readTime(text, NOW)).toBe(time);
});

test.each(["yesterday", "2 hours", "0 hours ago", "ago", ""])(
  '"%s" is not a time, and the error says how to write one',
  (text) => {
    expect(() => readTime(text, NOW)).toThrow(`"${text}" is not a time. Use a form like "2 hours ago"`);
  },
);

test.each(["2 hours", "2 hours ago", "2h", "120 minutes", "120m"])("%s is how far to look back", (text) => {
  expect(lookBack(text)).toBe(7_200_000);
});

test.each(["yesterday", "2 moons", "0h", ""])('"%s" is no length of time', (text) => {
  expect(() => lookBack(text)).toThrow("is not a duration");
});
