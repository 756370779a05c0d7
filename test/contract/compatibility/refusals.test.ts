import { describe, expect, test } from "vitest";
import * as z from "zod";
import { refusals } from "../../../lib/contract/compatibility/refusals.ts";
import { describeRefusal } from "../../../lib/contract/compatibility/words.ts";
import { jsonSchemaOf, type Schema } from "../../../lib/contract/schema.ts";

const input = (schema: Schema) => jsonSchemaOf(schema, "input", "test");
const object = (shape: z.ZodRawShape) => z.object(shape);
const x = (schema: z.ZodType) => object({ x: schema });

const tree = (label: z.ZodType): z.ZodType => {
  const Node: z.ZodType = z.object({
    label,
    get children() {
      return z.array(Node);
    },
  });
  return Node;
};
const shapes = (radius: z.ZodType) =>
  x(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("circle"), radius }),
      z.object({ kind: z.literal("square"), side: z.number(), note: z.string() }),
    ]),
  );

/** [what, the old schema, the new one, whom the change breaks before and after: "path kind"] */
const cases: [string, Schema, Schema, string[], string[]][] = [
  ["nothing", x(z.string()), x(z.string()), [], []],
  ["words only", x(z.string()), x(z.string().describe("the x")), [], []],
  ["optional field added", object({}), x(z.string().optional()), [], []],
  ["optional field removed", x(z.string().optional()), object({}), [], []],
  ["field with a default added", object({}), x(z.string().default("a")), [], []],
  ["required field added", object({}), x(z.string()), ["x required"], []],
  ["required field removed", x(z.string()), object({}), [], ["x required"]],
  ["became required", x(z.string().optional()), x(z.string()), ["x required"], []],
  ["became optional", x(z.string()), x(z.string().optional()), [], ["x required"]],
  ["renamed", object({ a: z.string() }), object({ b: z.string() }), ["b required"], ["a required"]],
  ["another type", x(z.string()), x(z.boolean()), ["x type"], ["x type"]],
  ["integer to number", x(z.int()), x(z.number()), [], ["x type"]],
  ["number to integer", x(z.number()), x(z.int()), ["x type"], []],
  ["anything to text", x(z.any()), x(z.string()), ["x type"], []],
  ["null allowed", x(z.string()), x(z.string().nullable()), [], ["x type"]],
  ["union widened", x(z.string()), x(z.union([z.string(), z.number()])), [], ["x type"]],
  ["union narrowed", x(z.union([z.string(), z.number()])), x(z.string()), ["x type"], []],
  ["value added", x(z.enum(["a", "b"])), x(z.enum(["a", "b", "c"])), [], ["x values"]],
  ["value lost", x(z.enum(["a", "b"])), x(z.enum(["a"])), ["x values"], []],
  ["values in another order", x(z.enum(["a", "b"])), x(z.enum(["b", "a"])), [], []],
  ["text to values", x(z.string()), x(z.enum(["a"])), ["x values"], []],
  ["values to literals", x(z.enum(["a", "b"])), x(z.union([z.literal("a"), z.literal("b")])), [], []],
  ["values to text that they fit", x(z.enum(["a", "b"])), x(z.string().max(1)), [], ["x values"]],
  ["values to text too short", x(z.enum(["aa"])), x(z.string().max(1)), ["x bound"], ["x values"]],
  ["maximum lowered", x(z.number().max(9)), x(z.number().max(5)), ["x bound"], []],
  ["maximum added", x(z.number()), x(z.number().max(5)), ["x bound"], []],
  ["minimum lowered", x(z.number().min(3)), x(z.number().min(1)), [], ["x bound"]],
  ["minimum became exclusive", x(z.number().min(3)), x(z.number().gt(3)), ["x bound"], []],
  ["exclusive, but above", x(z.number().min(4)), x(z.number().gt(3)), [], ["x bound"]],
  ["multiple of a multiple", x(z.number().multipleOf(6)), x(z.number().multipleOf(3)), [], ["x bound"]],
  ["text may be longer", x(z.string().max(5)), x(z.string().max(9)), [], ["x bound"]],
  ["text must not be empty", x(z.string()), x(z.string().min(1)), ["x bound"], []],
  ["pattern added", x(z.string()), x(z.string().regex(/^a/)), ["x rule"], []],
  ["pattern changed", x(z.string().regex(/^a/)), x(z.string().regex(/^b/)), ["x rule"], ["x rule"]],
  ["format changed", x(z.email()), x(z.uuid()), ["x rule"], ["x rule"]],
  ["items narrowed", x(z.array(z.number())), x(z.array(z.int())), ["x[] type"], []],
  ["at least one item", x(z.array(z.string())), x(z.array(z.string()).min(1)), ["x bound"], []],
  [
    "tuple longer",
    x(z.tuple([z.string()])),
    x(z.tuple([z.string(), z.int()])),
    ["x bound"],
    ["x bound", "x[1] type"],
  ],
  ["tuple to list", x(z.tuple([z.string()])), x(z.array(z.string())), [], ["x bound", "x bound", "x[] type"]],
  ["closed", x(z.string()), z.strictObject({ x: z.string() }), ["other-fields"], []],
  [
    "field of a closed one removed",
    z.strictObject({ x: z.string(), y: z.string() }),
    z.strictObject({ x: z.string() }),
    ["y field"],
    ["y required"],
  ],
  [
    "record's values",
    x(z.record(z.string(), z.number())),
    x(z.record(z.string(), z.string())),
    ["x.* type"],
    ["x.* type"],
  ],
  [
    "object to record",
    x(z.object({ a: z.int() })),
    x(z.record(z.string(), z.number())),
    [],
    ["x.a required", "x.a type"],
  ],
  ["nested", x(x(z.string().optional())), x(x(z.string())), ["x.x required"], []],
  ["nested in a list", x(z.array(x(z.string()))), x(z.array(x(z.int()))), ["x[].x type"], ["x[].x type"]],
  ["recursive, the same", tree(z.string()), tree(z.string()), [], []],
  [
    "recursive, changed",
    tree(z.string()),
    tree(z.int()),
    ["label type", "children[].label type"],
    ["label type", "children[].label type"],
  ],
  ["one alternative changed", shapes(z.number()), shapes(z.int()), ["x.radius type"], []],
  [
    "alternative removed",
    shapes(z.number()),
    x(z.object({ kind: z.literal("circle"), radius: z.number() })),
    ["x.radius required", "x.kind values"],
    [],
  ],
  [
    "intersection",
    x(z.intersection(object({ a: z.string() }), object({ b: z.int() }))),
    x(object({ a: z.string(), b: z.number() })),
    [],
    ["x.b type"],
  ],
  [
    "a field named like a member of every object",
    object({}),
    object({ constructor: z.string() }),
    ["constructor required"],
    [],
  ],
];

test.each(cases)("%s", (_, before, after, backward, forward) => {
  const found = (sent: Schema, taken: Schema) =>
    refusals(input(sent), input(taken)).map(({ path, kind }) => `${path} ${kind}`.trim());
  expect({ backward: found(before, after), forward: found(after, before) }).toEqual({ backward, forward });
});

test("every schema accepts all of its own events", () => {
  for (const [, before, after] of cases)
    for (const schema of [before, after]) expect(refusals(input(schema), input(schema))).toEqual([]);
});

test("a reference without a target is an error", () => {
  const broken = { $ref: "#/$defs/Gone" };
  expect(() => refusals(broken, broken)).toThrow('"#/$defs/Gone" leads nowhere');
});

describe("in words", () => {
  test.each<[string, z.ZodType, z.ZodType, string, string]>([
    [
      "required",
      x(z.string().optional()),
      x(z.string()),
      "`x` became required: producers that send version 1 without it are refused.",
      "`x` may be left out now: subscribers deployed before refuse events of version 1 without it.",
    ],
    [
      "values",
      x(z.enum(["open", "paid"])),
      x(z.enum(["open"])),
      '`x` lost the value "paid": producers that send version 1 with another value are refused.',
      '`x` got the value "paid": subscribers deployed before refuse events of version 1 with another value.',
    ],
    [
      "type",
      x(z.number()),
      x(z.int()),
      "`x` may no longer be a number, only an integer: producers that send version 1 with such a value are refused.",
      "`x` may now be a number: subscribers deployed before refuse events of version 1 with such a value.",
    ],
    [
      "bound",
      x(z.string().max(12)),
      x(z.string().max(8)),
      "`x` got narrower, with maxLength 8 instead of 12: producers that send version 1 with such a value are refused.",
      "`x` got wider, with maxLength 12 instead of 8: subscribers deployed before refuse events of version 1 with such a value.",
    ],
  ])("%s", (_, wide, narrow, backward, forward) => {
    const said = (direction: "backward" | "forward") =>
      refusals(input(wide), input(narrow)).map((refusal) => describeRefusal(refusal, direction, 1));
    expect([...said("backward"), ...said("forward")]).toEqual([backward, forward]);
  });
});
