import { expect, test } from "vitest";
import type { GroupedStep } from "../../lib/contract/groups/group.ts";
import { type SentGroup, wholeGroup, wholeMessage } from "../../lib/contract/groups/grouped-list.ts";

const step = (path: string, fills: GroupedStep["fills"], after?: number[]): GroupedStep => ({
  step: `step-${path}`,
  path,
  input: {},
  fills,
  reads: [],
  ...(after && { after }),
});

const sent: SentGroup = {
  values: { v0: "of all" },
  steps: [
    step("draw", [
      { at: ["title"], from: { value: "v0" }, select: [] },
      { at: ["scene"], from: { value: "v1" }, select: ["text"] },
    ]),
    step("check", [{ at: ["drawing"], from: { result: 0 }, select: [] }]),
  ],
  answer: {},
  each: {
    path: "acts[2]/scenes",
    items: [{ v1: { text: "one" } }, {}, { v1: { text: "three" } }],
    answer: { field: "scenes", input: null, fills: [{ at: [], from: { result: 1 }, select: ["ok"] }] },
  },
};

test("each item has steps of its own, with its paths, positions and values", () => {
  const { steps, values } = wholeGroup(sent);
  expect(values).toEqual({ v0: "of all", "0.v1": { text: "one" }, "2.v1": { text: "three" } });
  expect(steps.map(({ path, step, after }) => [path, step, after])).toEqual([
    ["acts[2]/scenes[0]/draw", "step-draw", []],
    ["acts[2]/scenes[0]/check", "step-check", [0]],
    ["acts[2]/scenes[1]/draw", "step-draw", []],
    ["acts[2]/scenes[1]/check", "step-check", [2]],
    ["acts[2]/scenes[2]/draw", "step-draw", []],
    ["acts[2]/scenes[2]/check", "step-check", [4]],
  ]);
  expect(steps[4]!.fills.map(({ from }) => from)).toEqual([{ value: "v0" }, { value: "2.v1" }]);
  expect(steps[5]!.fills.map(({ from }) => from)).toEqual([{ result: 4 }]);
});

test("the answer has a value for each item", () => {
  const { list } = wholeGroup(sent);
  expect(list).toEqual({
    field: "scenes",
    items: [1, 3, 5].map((result) => ({
      input: null,
      fills: [{ at: [], from: { result }, select: ["ok"] }],
    })),
  });
});

test("a step that is all that happens to an item has the item's path", () => {
  const { steps } = wholeGroup({ ...sent, steps: [step("", [])] });
  expect(steps.map(({ path }) => path)).toEqual([
    "acts[2]/scenes[0]",
    "acts[2]/scenes[1]",
    "acts[2]/scenes[2]",
  ]);
});

test("steps of an item keep the order of its graph", () => {
  const steps = [step("a", [], []), step("b", [], []), step("c", [], [0, 1])];
  const whole = wholeGroup({ ...sent, steps, each: { path: "all", items: [{}, {}] } });
  expect(whole.steps.map(({ after }) => after)).toEqual([[], [], [0, 1], [], [], [3, 4]]);
  expect(whole.list).toBeUndefined();
});

test("an empty list has no steps, and a list of no values in the answer", () => {
  expect(wholeGroup({ ...sent, each: { ...sent.each!, items: [] } })).toEqual({
    values: { v0: "of all" },
    steps: [],
    answer: {},
    list: { field: "scenes", items: [] },
  });
});

test("a message that is whole, or without a group, stays as it is", () => {
  const whole = wholeMessage({ group: sent });
  expect(wholeMessage(whole)).toEqual(whole);
  const single: { group?: SentGroup; step: string } = { step: "draw" };
  expect(wholeMessage(single)).toBe(single);
});
