import jsonata from "jsonata";
import { describe, expect, test } from "vitest";
import { inputOf } from "../../../lambdas/runtime/work/group/fill.ts";
import { select } from "../../../lambdas/runtime/work/group/select.ts";

/** Values, lists of them and lists of lists, with and without the fields that are selected. */
const PARTS: unknown[] = [
  [1, null, "s", {}, [], [1], [1, 2]],
  [{ b: 1 }, { b: null }, { b: [] }, { b: [1] }, { b: [1, 2] }, { b: [[1]] }],
  [[{ b: 1 }], [{ b: 1 }, { b: 2 }], [{ b: [1] }], [{ b: [1] }, { b: [2, 3] }], [{ b: [1] }, {}]],
  [[1, { b: 2 }], [{ b: [] }], [{ b: [] }, { b: [] }], [{ b: [[1]] }]],
  [[[{ b: 1 }]], [[{ b: 1 }, { b: 2 }], { b: 3 }]],
  [{ b: { c: 1 } }, { b: [{ c: 1 }] }, { b: [{ c: [1] }, { c: 2 }] }, { b: [[{ c: 1 }], [{ c: 2 }]] }],
  [[{ b: [{ c: 1 }] }, { b: { c: 2 } }], [{ b: [{ c: [] }] }], [[{ b: [[{ c: 1 }, { c: [2] }]] }]]],
].flat();
const VALUES = PARTS.flatMap((a) => [a, { a }, [{ a }], [{ a }, { a: { b: 9 } }], [[{ a }], { a }]]);

test.each([["a"], ["b"], ["length"], ["a.b"], ["a.length"], ["b.c"], ["a.b.c"]])(
  "%s is selected as JSONata does",
  async (path) => {
    const expression = jsonata(`$value.${path}`);
    for (const value of VALUES) {
      const expected = JSON.stringify(await expression.evaluate({}, { value }));
      expect(JSON.stringify(select(value, path.split("."))), JSON.stringify(value)).toBe(expected);
    }
  },
);

test("without a path, a value is selected as it is", () => {
  for (const value of [[1], [], [[1]], undefined]) expect(select(value, [])).toBe(value);
});

test("inherited fields are none", () => {
  expect(select({}, ["toString"])).toBeUndefined();
});

describe("a value that is missing", () => {
  const filled = (input: unknown, at: (string | number)[]) =>
    inputOf({ input, fills: [{ at, from: { value: "v" }, select: [] }] }, { values: {} }, []);

  test.each<[string, unknown, (string | number)[], unknown]>([
    ["is left out of a record", { a: {} }, ["a", "b"], { a: {} }],
    ["is null as the whole input", {}, [], null],
    ["is null in a list", { a: [0, 0] }, ["a", 1], { a: [0, null] }],
    ["is left out of a record in a list", [{ a: 1 }], [0, "b"], [{ a: 1 }]],
  ])("%s", (_, input, at, expected) => {
    expect(filled(input, at)).toEqual(expected);
  });
});

test("the results of steps and the values of the run are filled in, into a copy", () => {
  const input = { text: "", of: [null] };
  const fills = [
    { at: ["text"], from: { result: 1 }, select: ["a"] },
    { at: ["of", 0], from: { value: "v" }, select: [] },
  ];
  expect(inputOf({ input, fills }, { values: { v: null } }, [{ a: 1 }, { a: 2 }])).toEqual({
    text: 2,
    of: [null],
  });
  expect(input).toEqual({ text: "", of: [null] });
});
