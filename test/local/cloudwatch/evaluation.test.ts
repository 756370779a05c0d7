import { expect, test } from "vitest";
import { type Condition, evaluate } from "../../../local/cloudwatch/evaluation.ts";

const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"] as const;

/** "0" is within the threshold, "X" breaches it, "-" is missing; the oldest first. */
const points = (text: string) =>
  text.split(" ").map((point, index) => ({
    time: Date.UTC(2026, 0, 1, 0, index),
    value: point === "-" ? null : point === "X" ? 9 : 1,
  }));

const condition = (more: Partial<Condition> = {}): Condition => ({
  comparison: "GreaterThanThreshold",
  threshold: 5,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: "missing",
  ...more,
});

const states = (range: string, datapointsToAlarm: number) =>
  TREATMENTS.map(
    (treatMissingData) => evaluate(condition({ datapointsToAlarm, treatMissingData }), points(range)).state,
  );

// The tables of CloudWatch's documentation; undefined retains the state.
test.each([
  ["0 - X - X", ["OK", "OK", "OK", "OK"]],
  ["- - - - 0", ["OK", "OK", "OK", "OK"]],
  ["- - - - -", ["INSUFFICIENT_DATA", undefined, "ALARM", "OK"]],
  ["0 X X - X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["- - X - -", ["ALARM", undefined, "ALARM", "OK"]],
])("three of three: %s", (range, expected) => {
  expect(states(range, 3)).toEqual(expected);
});

test.each([
  ["0 - X - X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["0 0 X 0 X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["0 - X - -", ["ALARM", undefined, "ALARM", "OK"]],
  ["- - - - 0", ["OK", undefined, "ALARM", "OK"]],
  ["- - - X -", ["ALARM", undefined, "ALARM", "OK"]],
  ["- - - - X", ["OK", undefined, "ALARM", "OK"]],
])("two of three: %s", (range, expected) => {
  expect(states(range, 2)).toEqual(expected);
});

test.each([
  ["GreaterThanThreshold", [false, false, true]],
  ["GreaterThanOrEqualToThreshold", [false, true, true]],
  ["LessThanThreshold", [true, false, false]],
  ["LessThanOrEqualToThreshold", [true, true, false]],
] as const)("%s", (comparison, expected) => {
  const alarms = [4, 5, 6].map((value) => {
    const one = condition({ comparison, evaluationPeriods: 1, datapointsToAlarm: 1 });
    return evaluate(one, [{ time: 0, value }]).state === "ALARM";
  });
  expect(alarms).toEqual(expected);
});

test("the reason is reported in CloudWatch's words", () => {
  const one = (range: string, more: Partial<Condition> = {}) =>
    evaluate(condition({ datapointsToAlarm: 2, ...more }), points(range)).reason;
  expect(one("0 0 0 X X")).toBe(
    "Threshold Crossed: 2 out of the last 3 datapoints [1.0 (01/01/26 00:02:00), 9.0 (01/01/26 00:03:00), 9.0 (01/01/26 00:04:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).",
  );
  expect(one("0 0 0 0 0")).toContain(
    "were not greater than the threshold (5.0) (minimum 2 datapoints for ALARM -> OK transition).",
  );
  expect(one("- - - - -")).toBe("Insufficient Data: 3 datapoints were unknown.");
  expect(one("- - - - -", { treatMissingData: "notBreaching" })).toBe(
    "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].",
  );
});
