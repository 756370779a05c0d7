import { expect, test } from "vitest";
import { parseOccurrences } from "../../../local/schedule-expression/occurrences.ts";
import { timeZone } from "../../../local/schedule-expression/time-zone.ts";

const at = (text: string) => Date.parse(`${text}Z`);

/** The first so many occurrences at `from` or after it, in UTC. */
function list(
  expression: string,
  times: number,
  { zone = "UTC", from = "2026-11-21T07:00:30", ...bounds }: any = {},
) {
  const occurrences = parseOccurrences(expression, {
    zone: timeZone(zone)!,
    anchor: at(from),
    ...bounds,
  })!;
  const found: (string | undefined)[] = [];
  for (let next = occurrences(at(from)); found.length < times; ) {
    found.push(next === undefined ? undefined : new Date(next).toISOString().slice(0, 16));
    next = next === undefined ? undefined : occurrences(next + 1);
  }
  return found;
}

test("a rate begins at its anchor, and a day of it is 24 hours", () => {
  expect(list("rate(1 hour)", 2)).toEqual(["2026-11-21T07:00", "2026-11-21T08:00"]);
  // Berlin's clocks go forward on 28 March 2027.
  const days = list("rate(1 days)", 2, { zone: "Europe/Berlin", from: "2027-03-27T12:00:00" });
  expect(days).toEqual(["2027-03-27T12:00", "2027-03-28T12:00"]);
});

test("a cron expression uses the zone's local time", () => {
  const options = { zone: "America/New_York", from: "2026-10-31T00:00:00" };
  // They go back on 1 November 2026.
  expect(list("cron(30 8 * * ? *)", 3, options)).toEqual([
    "2026-10-31T12:30",
    "2026-11-01T13:30",
    "2026-11-02T13:30",
  ]);
  expect(list("cron(0 0 ? * MON *)", 2, { zone: "Asia/Kolkata" })).toEqual([
    "2026-11-22T18:30",
    "2026-11-29T18:30",
  ]);
});

test("a skipped local time is left out", () => {
  const options = { zone: "Europe/Berlin", from: "2027-03-27T00:00:00" };
  expect(list("cron(30 2 * * ? *)", 2, options)).toEqual(["2027-03-27T01:30", "2027-03-29T00:30"]);
  expect(list("at(2027-03-28T02:30:00)", 1, options)).toEqual([undefined]);
});

test("a local time that occurs twice counts once", () => {
  const options = { zone: "Europe/Berlin", from: "2026-10-24T23:00:00" };
  expect(list("cron(30 2 * * ? *)", 2, options)).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
  // Asked within the second showing: the first one is over, and is not repeated.
  const second = { zone: "Europe/Berlin", from: "2026-10-25T01:10:00" };
  expect(list("cron(0/20 * * * ? *)", 2, second)).toEqual(["2026-10-25T02:00", "2026-10-25T02:20"]);
  expect(list("at(2026-10-25T02:30:00)", 2, options)).toEqual(["2026-10-25T00:30", undefined]);
});

test("nothing occurs before the start or after the end; both are themselves within", () => {
  const bounds = { start: at("2026-11-22T10:00:00"), end: at("2026-11-22T12:00:00") };
  const noons = ["2026-11-22T10:00", "2026-11-22T11:00", "2026-11-22T12:00", undefined];
  expect(list("cron(0 * * * ? *)", 4, bounds)).toEqual(noons);
  expect(list("rate(1 hour)", 4, { ...bounds, anchor: bounds.start })).toEqual(noons);
  // A single time is not bounded.
  expect(list("at(2026-12-01T00:00:00)", 1, bounds)).toEqual(["2026-12-01T00:00"]);
});

test("past occurrences are not repeated", () => {
  expect(list("at(2026-11-21T07:00:29)", 1)).toEqual([undefined]);
  expect(list("cron(0 0 1 1 ? 2026)", 1)).toEqual([undefined]);
});

test.each([
  "at(2026-11-21T07:00:00Z)",
  "at(2026-11-21)",
  "at(2026-02-30T07:00:00)",
  "at(2026-11-21T25:00:00)",
  "rate(10 minutess)",
  "rate(10)",
  "rate( 10 minutes )",
  "rate(0 hours)",
  "cron(0 1 * * * *)",
  "cron(7 20 * * NOT *)",
  "cron()",
  " rate(10 minutes)",
  "daily",
])("%j is not a schedule", (expression) => {
  expect(parseOccurrences(expression, { zone: timeZone("UTC")!, anchor: 0 })).toBeUndefined();
});

test.each(["cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)", "cron(*/15 * * * ? *)", "rate(1 minutes)"])(
  "%s is one",
  (expression) => {
    expect(parseOccurrences(expression, { zone: timeZone("UTC")!, anchor: 0 })).toBeDefined();
  },
);

test.each(["Europe/Atlantis", "+02:00", "", "constructor"])("%j is not a zone", (name) => {
  expect(timeZone(name)).toBeUndefined();
});
