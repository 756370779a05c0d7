import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  defineEvent,
  definePool,
  defineStep,
  defineTool,
  defineWorkflow,
  type StepSpec,
} from "../../lib/index.ts";
import { workersOf } from "../../lib/workflow/workers.ts";

const Asked = defineEvent("work.asked", { version: 1, schema: z.object({ id: z.string() }) });
const Work = z.object({ id: z.string() });
const step = (name: string, options: object = {}) =>
  defineStep(name, { input: Work, output: Work, timeout: "1 minute", ...options });

function workers(...steps: StepSpec[]) {
  const run = (w: any, { id }: any) => {
    for (const one of steps) w.step(one, { id });
  };
  return workersOf(defineWorkflow("work", { on: Asked, run }));
}

const light = definePool("light", { concurrency: 20 });

test("steps that name a pool share a worker, in the order in which they are written; others have their own", () => {
  const plans = workers(step("a", { pool: light }), step("b"), step("c", { pool: light }));
  expect(plans.map(({ name, isPool, steps }) => [name, isPool, steps.map((one) => one.name)])).toEqual([
    ["light", true, ["a", "c"]],
    ["b", false, ["b"]],
  ]);
});

test("a step of a pool has the pool's figures", () => {
  expect(step("a", { pool: light })).toMatchObject({ concurrency: 20, memory: 512, pool: light });
});

test.each([
  [
    { concurrency: 5 },
    'Step "a": concurrency cannot be set for one step of a pool. Set it at definePool("light").',
  ],
  [{ concurrency: 5, memory: 256 }, /concurrency and memory cannot be set/],
])("a figure of one step in a pool is refused: %o", (own, message) => {
  expect(() => step("a", { pool: light, ...own })).toThrow(message);
});

test.each([0, 101, 1.5])("a batch of %d is refused", (batch) => {
  expect(() => definePool("light", { batch })).toThrow(
    `Pool "light": batch is ${batch}; it must be a whole number from 1 to 100.`,
  );
});

test("an invalid setting of a pool is reported at the step that names it", () => {
  expect(() => step("a", { pool: definePool("light", { concurrency: 1 }) })).toThrow(
    /concurrency is 1; a whole number from 2/,
  );
});

describe("steps that cannot share a function are refused", () => {
  const search = defineTool("search", { description: "Finds", input: Work, output: Work });

  test.each<[string, StepSpec[], string]>([
    [
      "models",
      [step("a", { pool: light, model: "default" }), step("b", { pool: light })],
      'The steps "a" and "b" share the pool "light" and differ in model, which must be the same for one function. Use the same values, or remove one step from the pool.',
    ],
    ["tools", [step("a", { pool: light, tools: [search] }), step("b", { pool: light })], "differ in tools"],
    [
      "two pools of one name",
      [step("a", { pool: light }), step("b", { pool: definePool("light", { memory: 1024 }) })],
      'use different pools with the name "light"',
    ],
    [
      "a step of its name, after it",
      [step("a", { pool: light }), step("light")],
      'A pool and a step have the same name "light"',
    ],
    [
      "a step of its name, before it",
      [step("light"), step("a", { pool: light })],
      'A pool and a step have the same name "light"',
    ],
  ])("%s", (_, steps, message) => {
    expect(() => workers(...steps)).toThrow(message);
  });
});
