import fc from "fast-check";
import { expect, test } from "vitest";
import { fill } from "../../bench/soak/memory/jsonata.ts";
import { inputOf } from "../../lambdas/runtime/work/group/fill.ts";
import { select } from "../../lambdas/runtime/work/group/select.ts";
import type { Expression } from "../../lib/workflow/expression.ts";
import { bind, code, type Frame } from "../../lib/workflow/frame.ts";
import { template } from "../../lib/workflow/jsonata.ts";
import { splitInputs } from "../../lib/workflow/split.ts";

const names = fc.constantFrom("a", "b", "c");
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, 1, "text", true, "{% x %}"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(names, tie("value"), { maxKeys: 3 }),
  ),
}));

const SOURCES = ["first", "second", "outside"];
/** Anything may be missing: the shape of these values is not known. */
const facts = { optional: true, nullable: true, list: true };

const selection: fc.Arbitrary<Expression> = fc
  .tuple(fc.constantFrom(...SOURCES, "event"), fc.array(names, { maxLength: 3 }))
  .map(([source, path]) => {
    const root: Expression = source === "event" ? { kind: "event" } : { kind: "result", node: source };
    const of = path.reduce<Expression>((inner, name) => ({ kind: "field", of: inner, name }), root);
    return { kind: "read", of, facts: path.length === 0 ? { ...facts, optional: false } : facts };
  });
const { input } = fc.letrec<{ input: Expression }>((tie) => ({
  input: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    selection,
    fc.constantFrom<Expression>({ kind: "literal", value: "{% plain %}" }, { kind: "literal", value: 7 }),
    fc.array(tie("input"), { maxLength: 3 }).map((items): Expression => ({ kind: "list", items })),
    fc
      .dictionary(names, tie("input"), { maxKeys: 3 })
      .map((fields): Expression => ({ kind: "record", fields })),
  ),
}));

const environment = { now: () => 0, random: { fraction: () => 0.5 } as any };
const evaluate = (value: unknown, results: Record<string, unknown>, event: unknown) =>
  fill(value, { ...results, states: { context: { Execution: { Input: { event } } } } }, environment);
const frame: Frame = {
  values: new Map(),
  iterations: [],
  path: undefined,
  crossings: new Map(),
  limited: new Set(),
};

test("the worker fills in what the state machine would have computed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(input, { minLength: 1, maxLength: 3 }),
      fc.tuple(json, json, json, json),
      async (inputs, values) => {
        const [event, ...given] = values;
        const results = Object.fromEntries(SOURCES.map((name, at) => [name, given[at]]));
        const alone = SOURCES.reduce((inner, name) => bind(inner, name, code(`$${name}`)), frame);
        const together = ["first", "second"].reduce(
          (inner, name, position) => bind(inner, name, { kind: "earlier", position }),
          bind(frame, "outside", code("$outside")),
        );
        const split = splitInputs(inputs, together);
        const group = { values: (await evaluate(split.values, results, event)) as any };
        for (const [at, expression] of inputs.entries()) {
          const step = (await evaluate(split.splits[at], results, event)) as any;
          const filled = inputOf(step, group, [results.first, results.second]);
          expect(filled).toEqual(await evaluate(template(expression, alone), results, event));
        }
      },
    ),
    { numRuns: 500 },
  );
}, 120_000);

test("a field is selected as JSONata selects it, through lists too", async () => {
  await fc.assert(
    fc.asyncProperty(json, fc.array(names, { minLength: 1, maxLength: 4 }), async (value, path) => {
      const found = await evaluate(`{% {'found': $x.${path.join(".")}} %}`, { x: value }, {});
      expect({ found: select(value, path) }).toEqual(found);
    }),
    { numRuns: 500 },
  );
}, 120_000);

test("a value travels once, together with its fields", () => {
  const read = (of: Expression): Expression => ({ kind: "read", of, facts: { ...facts, optional: false } });
  const field = (of: Expression, name: string): Expression => ({ kind: "field", of, name });
  const event: Expression = { kind: "event" };
  const { values, splits } = splitInputs(
    [read(field(event, "a")), read(event), read(field(event, "a"))],
    frame,
  );
  expect(values).toEqual({ v0: "{% $states.context.Execution.Input.event %}" });
  expect(splits[2]!.fills).toEqual([{ at: [], from: { value: "v0" }, select: ["a"] }]);
});
