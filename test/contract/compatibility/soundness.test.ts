import Ajv2020 from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { refusals } from "../../../lib/contract/compatibility/refusals.ts";
import type { JsonSchema } from "../../../lib/contract/schema.ts";

/** Small schemas over few names and values, so that two of them often have to do with each other. */
const { schema } = fc.letrec<{ schema: object; leaf: object }>((tie) => {
  const small = fc.integer({ min: 0, max: 3 });
  const some = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 1 });
  const limits = (names: string[]) =>
    fc.record(Object.fromEntries(names.map((name) => [name, some(small)]))).map(defined);
  const typed = (type: string, rest: fc.Arbitrary<object>) => rest.map((more) => ({ type, ...more }));
  const number = limits(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]);
  return {
    leaf: fc.oneof(
      typed("string", limits(["minLength", "maxLength"])),
      typed("number", number),
      typed("integer", number),
      fc.constantFrom({ type: "boolean" }, { type: "null" }, {}, { type: ["string", "null"] }),
      fc.subarray(["a", "ab", 1, 2, true], { minLength: 1 }).map((values) => ({ enum: values })),
      fc.constantFrom("a", 1).map((value) => ({ const: value })),
    ),
    schema: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      tie("leaf"),
      fc
        .record({
          properties: fc.dictionary(fc.constantFrom("x", "y"), tie("schema"), { maxKeys: 2 }),
          additionalProperties: fc.option(fc.oneof(fc.constant(false), tie("leaf")), { nil: undefined }),
          required: fc.subarray(["x", "y"]),
        })
        .map((object) => defined({ type: "object", ...object })),
      fc
        .tuple(some(tie("schema")), limits(["minItems", "maxItems"]))
        .map(([items, more]) => defined({ type: "array", items, ...more })),
      fc.array(tie("schema"), { minLength: 1, maxLength: 2 }).map((anyOf) => ({ anyOf })),
      fc.tuple(tie("schema"), tie("schema")).map((allOf) => ({ allOf })),
    ),
  };
});

function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

const LEAVES = [null, true, 0, 1, 1.5, 2, 3, "", "a", "ab", "abc"];
const INNER = [...LEAVES, [], [1], ["a", "ab"], {}, { x: 1 }, { x: "a", y: null }];
const VALUES: unknown[] = [
  ...INNER,
  ...INNER.flatMap((x) => [{ x }, { y: x }, [x], ...LEAVES.map((y) => ({ x, y }))]),
];

/** The same, but that nothing undeclared is sent, as the comparison supposes. */
function closed(of: unknown): unknown {
  if (Array.isArray(of)) return of.map(closed);
  if (of === null || typeof of !== "object") return of;
  const inner = Object.fromEntries(Object.entries(of).map(([key, member]) => [key, closed(member)]));
  return inner.type === "object" && !("additionalProperties" in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

const ajv = new Ajv2020.default({ strict: false, logger: false });
const takes = (schema: unknown) => {
  const check = ajv.compile(schema as object);
  return (value: unknown) => check(value) as boolean;
};

test("without a reported refusal, everything that one schema accepts, the other accepts", () => {
  let compared = 0;
  fc.assert(
    fc.property(schema, schema, (one, other) => {
      if (refusals(one as JsonSchema, other as JsonSchema).length > 0) return;
      compared++;
      const [sends, reads] = [takes(closed(one)), takes(other)];
      const lost = VALUES.find((value) => sends(value) && !reads(value));
      expect(lost, JSON.stringify({ one, other })).toBeUndefined();
    }),
    { numRuns: 3_000, seed: 1 },
  );
  expect(compared).toBeGreaterThan(100);
});

test("a schema refuses nothing of itself", () => {
  fc.assert(
    fc.property(schema, (one) => {
      expect(refusals(one as JsonSchema, one as JsonSchema)).toEqual([]);
    }),
    { numRuns: 1_000, seed: 1 },
  );
});
