import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { contractFile } from "../../bin/import-contract/contract-file.ts";
import { validate } from "../../lambdas/runtime/events/validation.ts";
import { jsonSchemaOf } from "../../lib/contract/schema.ts";
import { defineEvent, type EventContract } from "../../lib/index.ts";
import { millraceHere } from "./in-process.ts";

const asked = { origin: "orders.json", definitions: "millrace" };

/** The contract that the source of a document declares. */
function imported(document: unknown, options: { schema?: string; event?: string } = {}): EventContract {
  const source = contractFile(document, { ...asked, ...options });
  const [, constant] = /export const (\w+)/.exec(source)!;
  const body = source.replaceAll(/^import .*$/gm, "").replace("export const", "const");
  return new Function("z", "defineEvent", `${body}\nreturn ${constant};`)(z, defineEvent);
}

const accepts = async (contract: EventContract, value: unknown) =>
  (await validate(contract.schema, value)).valid;

const LINE = { type: "object", properties: { sku: { type: "string" } }, required: ["sku"] };
/** As the schema registry of EventBridge describes events that it has seen. */
const REGISTERED = {
  openapi: "3.0.0",
  info: { version: "1.0.0", title: "OrderPlaced" },
  paths: {},
  components: {
    schemas: {
      AWSEvent: {
        type: "object",
        required: ["detail-type", "detail"],
        "x-amazon-events-detail-type": "order.placed",
        "x-amazon-events-source": "shop",
        properties: {
          detail: { $ref: "#/components/schemas/OrderPlaced" },
          "detail-type": { type: "string" },
        },
      },
      OrderPlaced: {
        type: "object",
        required: ["order", "lines"],
        properties: {
          order: { type: "string", minLength: 1 },
          placed: { type: "string", format: "date-time" },
          lines: { type: "array", items: { $ref: "#/components/schemas/order-line" } },
          note: { type: "string", nullable: true },
        },
      },
      "order-line": LINE,
    },
  },
};

test("a schema of EventBridge's registry is a contract with the detail type as its name", async () => {
  const contract = imported(REGISTERED);
  expect([contract.name, contract.version]).toEqual(["order.placed", 1]);
  const order = { order: "o1", lines: [{ sku: "a" }], note: null, placed: "2026-11-23T07:00:00Z" };
  expect(await accepts(contract, order)).toBe(true);
  for (const wrong of [{ order: "" }, { lines: [{}] }, { placed: "yesterday" }, { note: 1 }])
    expect([wrong, await accepts(contract, { ...order, ...wrong })]).toEqual([wrong, false]);
});

test("what is imported is described as it was", () => {
  const document = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      plan: { enum: ["free", "pro"], default: "free", description: "What they pay for" },
      "seats-used": { type: "integer", minimum: 1, exclusiveMaximum: 100 },
      contact: { anyOf: [{ type: "string", format: "email" }, { type: "null" }] },
      tags: { type: "object", additionalProperties: { type: "string" } },
      at: { prefixItems: [{ type: "number" }, { type: "number" }], items: false, type: "array" },
      line: { $ref: "#/$defs/Line" },
    },
    required: ["seats-used"],
    additionalProperties: false,
    $defs: { Line: LINE },
  };
  const contract = imported(document, { event: "plan.changed" });
  expect(jsonSchemaOf(contract.schema, "input", "it")).toMatchObject({
    properties: {
      plan: { enum: ["free", "pro"], default: "free", description: "What they pay for" },
      "seats-used": { type: "integer", minimum: 1, exclusiveMaximum: 100 },
      contact: { anyOf: [{ type: "string", format: "email" }, { type: "null" }] },
      tags: { type: "object", additionalProperties: { type: "string" } },
      at: { prefixItems: [{ type: "number" }, { type: "number" }] },
      line: { type: "object", properties: { sku: { type: "string" } }, required: ["sku"] },
    },
    required: ["seats-used"],
    additionalProperties: false,
  });
});

test("parts that all hold, and types that may be null", async () => {
  const document = {
    definitions: {
      Base: { type: "object", properties: { id: { type: ["string", "null"] } }, required: ["id"] },
    },
    allOf: [{ $ref: "#/definitions/Base" }],
    properties: { cents: { type: "integer", minimum: 0, exclusiveMinimum: true } },
    required: ["cents"],
  };
  const contract = imported(document, { event: "bill.sent" });
  expect(await accepts(contract, { id: null, cents: 1 })).toBe(true);
  for (const wrong of [{ cents: 1 }, { id: "a" }, { id: "a", cents: 0 }])
    expect([wrong, await accepts(contract, wrong)]).toEqual([wrong, false]);
});

test("rules without a counterpart are named in the source", () => {
  const document = { type: "object", properties: { tags: { type: "array", uniqueItems: true } }, not: {} };
  const source = contractFile(document, { ...asked, event: "a.b" });
  expect(source).toContain("// Not imported, so that more is accepted: /: not\n");
  expect(source).toContain("// Not imported, so that more is accepted: /properties/tags: uniqueItems\n");
});

test("a payload of an AsyncAPI document has the name of its message", async () => {
  const document = JSON.parse(readFileSync("docs/events/asyncapi.json", "utf8"));
  const contract = imported(document, { schema: "video.published.v1" });
  expect(contract.name).toBe("video.published");
  const published = { videoId: "v", title: "t", film: "s3://b/f", seconds: 1 };
  expect(await accepts(contract, published)).toBe(true);
  expect(await accepts(contract, { ...published, film: "f" })).toBe(false);
  expect(() => imported(document)).toThrow("Choose one with --schema: video.published.v1,");
});

test("names and patterns of a document are no code", async () => {
  const properties = {
    "a\nthrow 1": { type: "array", uniqueItems: true },
    "b;c": { type: "string", pattern: '^"\\d+\\_$' },
    ["__proto__"]: { type: "string" },
  };
  const document = { type: "object", properties, required: ["b;c"] };
  const contract = imported(document, { event: "a.b" });
  expect(await accepts(contract, { "b;c": '"1_' })).toBe(true);
  for (const wrong of [{}, { "b;c": "1" }])
    expect([wrong, await accepts(contract, wrong)]).toEqual([wrong, false]);
  expect(contractFile(document, { ...asked, event: "a.b" })).toContain("accepted: /properties/__proto__");
});

const self = { type: "object", properties: { child: { $ref: "#" } } };
test.each<[string, unknown, { schema?: string; event?: string }, string]>([
  ["no schema", [], { event: "a.b" }, "orders.json is no JSON Schema, and no OpenAPI or AsyncAPI document."],
  [
    "another component",
    REGISTERED,
    { schema: "Order" },
    'has no schema "Order". It has: AWSEvent, OrderPlaced',
  ],
  [
    "several components",
    { openapi: "3.1.0", components: { schemas: { A: LINE, B: LINE } } },
    {},
    "--schema: A, B.",
  ],
  ["no name", LINE, {}, "The document names no event. Give its name: --event order.placed."],
  ["a name that is none", LINE, { event: "OrderPlaced" }, 'The event name "OrderPlaced" is not valid.'],
  ["a file elsewhere", { $ref: "lines.json#/Line" }, { event: "a.b" }, "Put all schemas into one document"],
  [
    "a circle",
    { $defs: { Self: { ...self, properties: { child: { $ref: "#/$defs/Self" } } } }, $ref: "#/$defs/Self" },
    { event: "a.b" },
    'The schema "#/$defs/Self" contains itself.',
  ],
])("%s is refused", (_, document, options, message) => {
  expect(() => contractFile(document, { ...asked, ...options })).toThrow(message);
});

test("the command prints the source, which imports from where Millrace is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-import-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "orders.json");
  writeFileSync(file, JSON.stringify(REGISTERED));
  const { code, out } = await millraceHere("contracts", "import", file);
  expect(code).toBe(0);
  expect(out).toBe(`import * as z from "zod";
import { defineEvent } from "../lib/index.ts";

// Imported from ${file}.
const OrderLineSchema = z.object({
  sku: z.string(),
});
const OrderPlacedSchema = z.object({
  order: z.string().min(1),
  placed: z.iso.datetime({ offset: true }).optional(),
  lines: z.array(OrderLineSchema),
  note: z.string().nullable().optional(),
});

export const OrderPlaced = defineEvent("order.placed", {
  version: 1,
  schema: OrderPlacedSchema,
});
`);
  writeFileSync(file, "openapi: 3.0.0");
  const refused = await millraceHere("contracts", "import", file);
  expect(refused).toMatchObject({ code: 1, error: expect.stringContaining("Convert YAML to JSON first.") });
});
