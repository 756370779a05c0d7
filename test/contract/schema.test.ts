import { expect, test } from "vitest";
import * as z from "zod";
import { jsonSchemaOf, type Schema } from "../../lib/contract/schema.ts";

test("input and output are two schemas", () => {
  const schema = z.object({ size: z.number().default(3) });
  expect(jsonSchemaOf(schema, "input", "it").required).toBeUndefined();
  expect(jsonSchemaOf(schema, "output", "it").required).toEqual(["size"]);
});

test("a schema is converted once", () => {
  const schema = z.object({});
  expect(jsonSchemaOf(schema, "input", "it")).toBe(jsonSchemaOf(schema, "input", "it"));
});

test.each<[string, Schema, "input" | "output", string]>([
  ["a date", z.object({ scenes: z.array(z.object({ at: z.date() })) }), "input", "input.scenes[].at"],
  ["a bigint", z.object({ amount: z.bigint() }), "output", "output.amount"],
  ["a map", z.object({ by: z.map(z.string(), z.number()) }), "output", "output.by"],
  ["a set", z.record(z.string(), z.set(z.string())), "input", "input[*]"],
  ["a custom type", z.object({ it: z.custom<string>() }), "input", "input.it"],
  [
    "a transform on the way out",
    z.object({ deep: z.object({ length: z.string().transform((text) => text.length) }) }),
    "output",
    "output.deep.length",
  ],
  ["a date in one of several", z.object({ when: z.union([z.string(), z.date()]) }), "output", "output.when"],
  ["a date in a tuple", z.tuple([z.string(), z.date()]), "output", "output[1]"],
  ["a date as a whole", z.date(), "input", "input"],
])("%s is refused at its field", (_what, schema, direction, field) => {
  expect(() => jsonSchemaOf(schema, direction, 'step "draw"')).toThrow(
    new RegExp(
      `^step "draw" cannot be represented in JSON, at ${field.replaceAll(/[[\].*]/g, "\\$&")}: .+\\. Use a JSON type`,
    ),
  );
});

test("a transform of the input is the handler's, and a piped one declares its output", () => {
  const schema = z.object({ length: z.string().transform((text) => text.length) });
  expect(jsonSchemaOf(schema, "input", "it").properties).toEqual({ length: { type: "string" } });
  const piped = z.object({
    length: z
      .string()
      .transform((text) => text.length)
      .pipe(z.number()),
  });
  expect(jsonSchemaOf(piped, "output", "it").properties).toEqual({ length: { type: "number" } });
});

test("a schema of a library without JSON Schema is refused by name", () => {
  const plain: any = {
    "~standard": { version: 1, vendor: "homemade", validate: (value: unknown) => ({ value }) },
  };
  expect(() => jsonSchemaOf(plain, "input", 'event "a.b"')).toThrow(
    'event "a.b" has a schema of homemade that cannot describe itself as JSON Schema.',
  );
});

test("if the library cannot show the position, the side is named", () => {
  const refuse = () => {
    throw new Error("no such type");
  };
  const schema: Schema = {
    "~standard": {
      version: 1,
      vendor: "homemade",
      validate: (value) => ({ value }),
      jsonSchema: { input: refuse, output: refuse },
    },
  };
  expect(() => jsonSchemaOf(schema, "input", "it")).toThrow(
    "it cannot be represented in JSON, at input: no such type.",
  );
});

test("any library's schema works if it describes itself", () => {
  const homemade: Schema = {
    "~standard": {
      version: 1,
      vendor: "homemade",
      validate: (value) => ({ value }),
      jsonSchema: {
        input: ({ target }) => ({ type: "string", $comment: target }),
        output: () => ({ type: "number" }),
      },
    },
  };
  expect(jsonSchemaOf(homemade, "input", "it")).toEqual({ type: "string", $comment: "draft-2020-12" });
});
