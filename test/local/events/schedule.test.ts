import { expect, test } from "vitest";
import { parseSchedule } from "../../../local/events/schedule.ts";

const NOW = Date.UTC(2026, 10, 21, 7, 0, 30); // a Saturday
const next = (expression: string, times = 1, now = NOW) => {
  const schedule = parseSchedule(expression)!;
  const moments: (string | undefined)[] = [];
  for (let moment: number | undefined = now; moments.length < times; ) {
    moment = moment === undefined ? undefined : schedule(moment, NOW);
    moments.push(moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 16));
  }
  return moments;
};

test("a rate counts from its start, at any time of the question", () => {
  expect(parseSchedule("rate(5 minutes)")!(NOW, NOW)).toBe(NOW + 300_000);
  expect(parseSchedule("rate(5 minutes)")!(NOW + 299_999, NOW)).toBe(NOW + 300_000);
  expect(parseSchedule("rate(1 hour)")!(NOW + 10 * 3_600_000, NOW)).toBe(NOW + 11 * 3_600_000);
});

test.each([
  ["cron(0 12 * * ? *)", ["2026-11-21T12:00", "2026-11-22T12:00"]],
  ["cron(5,35 14 * * ? *)", ["2026-11-21T14:05", "2026-11-21T14:35", "2026-11-22T14:05"]],
  ["cron(0/25 7 * * ? *)", ["2026-11-21T07:25", "2026-11-21T07:50", "2026-11-22T07:00"]],
  ["cron(0 8 ? * MON-FRI *)", ["2026-11-23T08:00"]],
  ["cron(0 8 ? * FRI-SUN *)", ["2026-11-21T08:00", "2026-11-22T08:00", "2026-11-27T08:00"]],
  ["cron(15 10 ? * 6L 2027)", ["2027-01-29T10:15", "2027-02-26T10:15"]],
  ["cron(0 2 ? * SAT#3 *)", ["2026-12-19T02:00", "2027-01-16T02:00"]],
  ["cron(0 0 L * ? *)", ["2026-11-30T00:00", "2026-12-31T00:00"]],
  ["cron(0 0 1W 8-9 ? *)", ["2027-08-02T00:00", "2027-09-01T00:00"]],
  ["cron(0 0 LW FEB ? 2027)", ["2027-02-26T00:00", undefined]],
  ["cron(0 0 29 2 ? *)", ["2028-02-29T00:00"]],
  ["cron(0 0 30 2 ? *)", [undefined]],
  ["cron(0 0 1 1 ? 2020)", [undefined]],
])("%s", (expression, moments) => {
  expect(next(expression, moments.length)).toEqual(moments);
});

test.each([
  "rate(1 minutes)",
  "rate(2 minute)",
  "rate(0 minutes)",
  "rate(-1 minutes)",
  "rate(10 seconds)",
  "rate(10 MINUTES)",
  " rate(10 minutes)",
  "cron(0 1 * * * *)",
  "cron(0 1 ? * ? *)",
  "cron(71 8 1 * ? *)",
  "cron(0 0 1 13 ? *)",
  "cron(0 0 ? * MON#6 *)",
  "cron(0 0 32W * ? *)",
  "cron(0 x ? * MON *)",
  "cron(0/0 1 * * ? *)",
  "cron(0 1 * * ?)",
  "at(2026-11-21T07:00:00)",
])("%s is not a schedule", (expression) => {
  expect(parseSchedule(expression)).toBeUndefined();
});
