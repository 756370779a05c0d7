import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeMoment, momentsOf, nextMoment } from "../../bin/step-through.ts";
import { readRecording } from "../../lib/contract/recording/read.ts";

const file = "test/histories/fulfil-order-compensated.json";
const all = momentsOf(readRecording(readFileSync(file, "utf8"), file));

test("moments are in order of time, those of the compensation after those of the run", () => {
  const run = all.filter(({ of }) => of === "run");
  expect(run.map(({ id }) => id)).toEqual(run.map(({ id }) => id).toSorted((a, b) => a - b));
  expect(all.slice(run.length).every(({ of }) => of === "compensation")).toBe(true);
  expect(all.length).toBeGreaterThan(run.length);
});

test("a moment shows its state with its input or output", () => {
  const called = all.findIndex(({ what }) => what === "called");
  const text = describeMoment(all[called]!, called, all);
  expect(text).toContain(`${called + 1}/${all.length}`);
  expect(text).toContain(`called  ${all[called]!.state}`);
  expect(text).toContain('"MessageBody"');
});

test("the user moves to the next moment, to the next state, to the next failure, back, or quits", () => {
  expect(nextMoment("", 0, all)).toBe(1);
  expect(nextMoment("", all.length - 1, all)).toBeUndefined();
  expect(all[nextMoment("s", 0, all)!]).toMatchObject({ what: "entered" });
  expect(["failed", "timed out"]).toContain(all[nextMoment("f", 0, all)!]!.what);
  expect(nextMoment("b", 3, all)).toBe(2);
  expect(nextMoment("q", 3, all)).toBeUndefined();
  expect(nextMoment("what?", 3, all)).toBe(3);
});
