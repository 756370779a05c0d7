import { expect, test } from "vitest";
import { placeOf } from "../../lib/cost/operations/place-in-group.ts";

const claimed = {};
const repeatable = { repeatable: true } as const;

test.each([
  ["the second of two that are claimed", [claimed, claimed], true],
  ["one that is safe to repeat", [claimed, repeatable], false],
  ["one after a step that is safe to repeat", [claimed, repeatable, claimed], false],
  [
    "one after two branches, of which only one is claimed",
    [{ after: [] }, { ...repeatable, after: [] }, { after: [0, 1] }],
    true,
  ],
  ["the second of two branches after one step", [{ after: [] }, { after: [0] }, { after: [0] }], false],
])("%s is claimed with the end of another: %o, %s", (_, steps, expected) => {
  expect(placeOf({ steps }, steps.length - 1).isClaimedWithEnd).toBe(expected);
});

test.each([
  ["first", [repeatable], { isNew: false, knowsRun: false }],
  ["after one that is claimed", [claimed, repeatable], { isNew: true, knowsRun: false }],
  ["after another one", [repeatable, repeatable], { isNew: true, knowsRun: true }],
  [
    "next to another one, at the same time",
    [
      { ...repeatable, after: [] },
      { ...repeatable, after: [] },
    ],
    { isNew: false, knowsRun: true },
  ],
])("a step that is safe to repeat, %s", (_, steps, expected) => {
  expect(placeOf({ steps }, steps.length - 1)).toMatchObject(expected);
});

test("a claimed step after those that are safe to repeat reads its run", () => {
  expect(placeOf({ steps: [repeatable, claimed] }, 1)).toMatchObject({ isNew: false, knowsRun: false });
});

test.each([
  ["after one that is safe to repeat", [repeatable, repeatable], true],
  ["after one that is claimed", [claimed, repeatable], false],
  ["first", [repeatable], false],
  [
    "after one of two branches",
    [
      { ...repeatable, after: [] },
      { ...repeatable, after: [] },
      { ...repeatable, after: [0, 1] },
    ],
    false,
  ],
])("the result of a step that is safe to repeat, %s, is written with that: %o, %s", (_, steps, expected) => {
  expect(placeOf({ steps }, steps.length - 1).isWrittenTogether).toBe(expected);
});
