import { expect, test } from "vitest";
import type { EvaluationCase } from "../../lib/evaluation/case.ts";
import { type CaseResult, type Score, type Scorer, scored } from "../../lib/evaluation/scorer.ts";
import { exactMatch, jsonSubset, scorer, withinTolerance } from "../../lib/evaluation/scorers.ts";

const caseOf = (expected: unknown): EvaluationCase => ({ id: "a", input: {}, expected, labels: [] });

async function scoreOf(one: Scorer, output: unknown, expected: unknown) {
  const result: CaseResult = { ...caseOf(expected), run: "r", output, step: async () => undefined };
  return scored(await one.score(result, async () => ({ score: 1 })), one.name, "a");
}

test("an exact match compares values, whatever the order of their fields", async () => {
  expect(await scoreOf(exactMatch(), { a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toEqual({ score: 1 });
  expect(await scoreOf(exactMatch(), { a: 1 }, { a: 2 })).toEqual({
    score: 0,
    why: '{"a":1}, expected {"a":2}',
  });
  expect(await scoreOf(exactMatch(), undefined, "x")).toMatchObject({ score: 0 });
});

test("a subset ignores further fields, at any depth, and says which ones are wrong", async () => {
  const output = { a: 1, b: { c: 2, d: [{ e: 1, f: 2 }] } };
  expect(await scoreOf(jsonSubset(), output, { b: { d: [{ e: 1 }] } })).toEqual({ score: 1 });
  expect(await scoreOf(jsonSubset(), output, { a: 2, b: { x: 3, d: [] } })).toEqual({
    score: 0,
    why: "a: 1, expected 2; b.x: nothing, expected 3; b.d: 1 items, expected 0",
  });
});

test("a tolerance is absolute or a share of the expected number", async () => {
  const absolute = withinTolerance("n", { absolute: 2 });
  expect([await scoreOf(absolute, 12, 10), await scoreOf(absolute, 13, 10)]).toMatchObject([
    { score: 1 },
    { score: 0 },
  ]);
  const relative = withinTolerance("n", { relative: 0.1 });
  expect([await scoreOf(relative, -90, -100), await scoreOf(relative, -89, -100)]).toMatchObject([
    { score: 1 },
    { score: 0 },
  ]);
  expect(await scoreOf(relative, "100", 100)).toMatchObject({ score: 0 });
});

test("a case without an expected value is left out by scorers that compare with it", () => {
  const part = exactMatch("x", { expected: ({ expected }) => expected.x });
  expect([exactMatch(), jsonSubset(), part].map((one) => one.applies(caseOf(undefined)))).toEqual([
    false,
    false,
    false,
  ]);
  expect([part.applies(caseOf({ y: 1 })), part.applies(caseOf({ x: 0 }))]).toEqual([false, true]);
  expect(scorer("own", () => 1).applies(caseOf(undefined))).toBe(true);
});

test.each([[1.01], [-0.1], [Number.NaN], ["1" as unknown as number], [undefined as unknown as number]])(
  "a score of %s is refused with the scorer and the case",
  (score) => {
    expect(() => scored(score as Score, "own", "a")).toThrow(
      `The scorer "own" returned ${score} for the case "a".`,
    );
  },
);

test("a boolean is 1 or 0, and a reason is kept", () => {
  expect(scored(true, "own", "a")).toEqual({ score: 1 });
  expect(scored({ score: false, why: "too long" }, "own", "a")).toEqual({ score: 0, why: "too long" });
});
