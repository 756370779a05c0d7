import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { occurrencesAfter } from "../../lib/contract/trigger/occurrences.ts";
import { parseOccurrences } from "../../local/schedule-expression/occurrences.ts";
import { timeZone as zoneOf } from "../../local/schedule-expression/time-zone.ts";

const times = (expression: string, timeZone: string, after: string, until: string) =>
  occurrencesAfter(Date.parse(after), Date.parse(until), { expression, timeZone }).map((time) =>
    new Date(time).toISOString().slice(0, 16),
  );

describe("occurrences of a schedule", () => {
  test("follow the clocks of the zone, forward", () => {
    const expression = "cron(30 2 * * ? *)";
    expect(times(expression, "Europe/Berlin", "2026-03-28T01:30Z", "2026-03-31T00:00Z")).toEqual([
      // On the 29th, the local time 02:30 does not exist.
      "2026-03-30T00:30",
    ]);
    expect(times("cron(0 7 * * ? *)", "Europe/Berlin", "2026-03-27T06:00Z", "2026-03-30T00:00Z")).toEqual([
      "2026-03-28T06:00",
      "2026-03-29T05:00",
    ]);
  });

  test("count once local times that occur twice, from any starting point", () => {
    const expression = "cron(30 2 * * ? *)";
    expect(times(expression, "Europe/Berlin", "2026-10-24T00:30Z", "2026-10-26T12:00Z")).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
    expect(times(expression, "Europe/Berlin", "2026-10-25T00:30Z", "2026-10-25T12:00Z")).toEqual([]);
  });

  test("of a rate count from the known one, and never sooner than a period after it", () => {
    expect(times("rate(2 hours)", "UTC", "2026-03-28T01:07Z", "2026-03-28T05:08Z")).toEqual([
      "2026-03-28T03:07",
      "2026-03-28T05:07",
    ]);
    expect(times("at(2026-03-28T02:00:00)", "UTC", "2026-03-28T01:00Z", "2026-03-29T00:00Z")).toEqual([]);
  });

  test.each([
    "cron(0 7 * * * *)",
    "cron(0 7 ? * ? *)",
    "cron(60 7 * * ? *)",
    "cron(0 7 * * ?)",
    "cron(0 7 32W * ? *)",
    "cron(0 7 ? * 8 *)",
    "cron(0/0 7 * * ? *)",
    "rate(0 minutes)",
    "rate(5 weeks)",
    "every morning",
  ])("%s is not a valid expression, and the error says so", (expression) => {
    expect(() => occurrencesAfter(0, 1, { expression, timeZone: "UTC" })).toThrow(
      `${expression} is not a valid expression of EventBridge Scheduler.`,
    );
  });

  test("of any cron expression, in any zone, are those at which the local cloud's scheduler fires", () => {
    const number = (least: number, most: number) => fc.integer({ min: least, max: most }).map(String);
    const field = (least: number, most: number, ...special: string[]) =>
      fc.oneof(
        fc.constantFrom("*", ...special),
        number(least, most),
        fc.tuple(number(least, most), number(least, most)).map((ends) => ends.join("-")),
        fc.tuple(number(least, most), number(1, 9)).map((step) => step.join("/")),
        fc.array(number(least, most), { minLength: 2, maxLength: 3 }).map((list) => list.join(",")),
      );
    const days = fc.oneof(
      field(1, 31, "L", "LW", "15W", "1W", "31W").map((day) => [day, "?"]),
      field(1, 7, "L", "6L", "3#2", "MON-FRI", "FRI-MON").map((weekday) => ["?", weekday]),
    );
    const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
    const start = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) });
    fc.assert(
      fc.property(
        field(0, 59),
        field(0, 23),
        days,
        field(1, 12, "MAR,OCT"),
        zone,
        start,
        (minute, hour, [day, weekday], month, timeZone, after) => {
          const expression = `cron(${minute} ${hour} ${day} ${month} ${weekday} *)`;
          const until = after + 9 * 86_400_000;
          const fires = parseOccurrences(expression, { zone: zoneOf(timeZone)!, anchor: after })!;
          const expected: number[] = [];
          for (let at = fires(after + 1); at !== undefined && at <= until; at = fires(at + 1))
            expected.push(at);
          expect(occurrencesAfter(after, until, { expression, timeZone })).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});
