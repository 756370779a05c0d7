import { expect, test } from "vitest";
import { loggingText, poolingText } from "../../bin/cost-text.ts";

type Costs = Parameters<typeof poolingText>[0];
const textOf = (pooling: Costs["pooling"]) => poolingText({ pooling } as Costs);

test("what a pool would save names groups of steps and lists", () => {
  const pooling = { groups: [["parse", "classify"]], lists: ["pages"], dollars: 0.0001 };
  expect(textOf(pooling)).toContain(
    "these would come in one message: parse, classify; all items of pages, with a batch above 1. A million typical runs would cost $100.00 less.",
  );
});

test("what logging alone would save is said for a million runs, if it is something", () => {
  const textWith = (logging: Costs["logging"]) => loggingText({ logging } as Costs);
  expect(textWith(0.00001)).toContain('stepEvents: "logged" makes a million typical runs cost $10.00 less');
  for (const nothing of [undefined, 0]) expect(textWith(nothing)).toBeUndefined();
});

test("a pool that would save nothing is not proposed", () => {
  expect(textOf(undefined)).toBeUndefined();
  expect(textOf({ groups: [["a", "b"]], lists: [], dollars: 0 })).toBeUndefined();
});
