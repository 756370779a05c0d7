import { toStandardJsonSchema } from "@valibot/to-json-schema";
import Ajv from "ajv";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { consume } from "../../lambdas/runtime/events/consume.ts";
import { describeFindings } from "../../lambdas/runtime/events/validation.ts";
import { asyncApi } from "../../lib/contract/document/asyncapi.ts";
import { exampleOf } from "../../lib/contract/document/example.ts";
import { openApi } from "../../lib/contract/document/openapi.ts";
import type { Envelope } from "../../lib/contract/envelope.ts";
import { type DataOf, defineEvent, type EventContract } from "../../lib/contract/event.ts";
import { defineStep, defineWorkflow, describePlan, plan } from "../../lib/index.ts";

/** What each library describes below: the same contract. */
interface Order {
  order: string;
  lines: { sku: string; pieces: number }[];
  note?: string | undefined;
}

const ofZod = defineEvent("order.placed", {
  version: 1,
  schema: z.object({
    order: z.string(),
    lines: z.array(z.object({ sku: z.string(), pieces: z.int().min(1) })).max(5),
    note: z.string().optional(),
  }),
  identity: ({ order }) => order,
});

const ofValibot = defineEvent("order.placed", {
  version: 1,
  schema: toStandardJsonSchema(
    v.object({
      order: v.string(),
      lines: v.pipe(
        v.array(v.object({ sku: v.string(), pieces: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
        v.maxLength(5),
      ),
      note: v.optional(v.string()),
    }),
  ),
  identity: ({ order }) => order,
});

const ofArkType = defineEvent("order.placed", {
  version: 1,
  schema: type({
    "+": "delete",
    order: "string",
    lines: type({ "+": "delete", sku: "string", pieces: "number.integer >= 1" }).array().atMostLength(5),
    "note?": "string",
  }),
  identity: ({ order }) => order,
});

const printLabel = defineStep("print-label", {
  input: z.object({ order: z.string(), sku: z.string() }),
  output: z.object({ label: z.string() }),
  timeout: "10 seconds",
});

const wrongLine = {
  order: "o1",
  lines: [
    { sku: "a", pieces: 1 },
    { sku: "b", pieces: 0 },
  ],
};

/** The event as a subscriber receives it. */
function receive(contract: EventContract, data: Record<string, unknown>) {
  const envelope = { id: "e1", name: contract.name, version: contract.version, data } as Envelope;
  return consume(envelope, [contract], "label-order");
}

test("the payload has the same type", () => {
  expectTypeOf<DataOf<typeof ofZod>>().toEqualTypeOf<Order>();
  expectTypeOf<DataOf<typeof ofValibot>>().toEqualTypeOf<Order>();
  expectTypeOf<DataOf<typeof ofArkType>>().toEqualTypeOf<Order>();
});

describe.each<[string, EventContract<"order.placed", Order>, wrongPieces: string, noLines: string]>([
  [
    "zod",
    ofZod,
    "Too small: expected number to be >=1",
    "lines: Invalid input: expected array, received undefined",
  ],
  [
    "Valibot",
    ofValibot,
    "Invalid value: Expected >=1 but received 0",
    'lines: Invalid key: Expected "lines" but received undefined',
  ],
  [
    "ArkType",
    ofArkType,
    "lines[1].pieces must be at least 1 (was 0)",
    "lines must be an array (was missing)",
  ],
])("a contract of %s", (_library, contract, wrongPieces, noLines) => {
  test("accepts a payload, and removes fields that it does not declare", async () => {
    const data = { order: "o1", lines: [{ sku: "a", pieces: 2, colour: "red" }], priority: 1 };
    const received = await receive(contract, data);
    expect(received.accepted && received.data).toEqual({ order: "o1", lines: [{ sku: "a", pieces: 2 }] });
  });

  test("refuses a payload with the path, the message and the value", async () => {
    expect(await receive(contract, wrongLine)).toEqual({
      accepted: false,
      reason: "contract",
      findings: [{ path: "lines[1].pieces", message: wrongPieces, value: "0" }],
    });
  });

  test("names the path of a finding once", async () => {
    const received = await receive(contract, { order: "o1" });
    expect(received.accepted ? "" : describeFindings(received.findings)).toBe(noLines);
  });

  test("is published as an AsyncAPI document, with an example that is valid", () => {
    const document = asyncApi([{ name: "shop", kind: "step", takes: [], sends: [contract] }], {
      title: "Shop",
      version: "1",
    });
    const payload = document.components.schemas["order.placed.v1"]!;
    expect(payload).toMatchObject({
      type: "object",
      properties: {
        order: { type: "string" },
        lines: {
          type: "array",
          maxItems: 5,
          items: { properties: { sku: { type: "string" }, pieces: { type: "integer", minimum: 1 } } },
        },
        note: { type: "string" },
      },
    });
    expect(new Set(payload.required)).toEqual(new Set(["order", "lines"]));
    const valid = new Ajv.default({ strict: false }).compile(payload);
    expect(valid(exampleOf(contract))).toBe(true);
    expect(valid(wrongLine)).toBe(false);
  });

  test("starts a workflow, whose plan reads its fields and refuses others", () => {
    const workflow = defineWorkflow("label-order", {
      on: contract,
      deadline: "1 hour",
      run: (w, { order, lines }) => {
        w.each(lines, ({ sku }) => w.step(printLabel, { order, sku }), { as: "labels" });
      },
    });
    expect(describePlan(plan(workflow))).toBe(`label-order: on order.placed v1, within 1 hour
  labels, up to 5 items
    print-label
`);
    const wrong = defineWorkflow("label-order", {
      on: contract,
      // @ts-expect-error: the contract declares no such field.
      run: (w, { order, colour }) => w.step(printLabel, { order, sku: colour }),
    });
    expect(() => plan(wrong)).toThrow('has no field "colour"');
  });
});

test.each<[string, EventContract]>([
  ["zod", ofZod],
  ["Valibot", ofValibot],
])("a contract of %s is published as an OpenAPI document", (_library, contract) => {
  expect(openApi(contract)).toMatchObject({
    components: {
      schemas: { OrderPlaced: { required: ["order", "lines"], properties: { note: { type: "string" } } } },
    },
  });
});

test("ArkType does not describe itself as OpenAPI: the error names the option that needs it", () => {
  expect(() => openApi(ofArkType)).toThrow(
    /^Event "order\.placed" version 1 has a schema of arktype that cannot describe itself as openapi-3\.0: .+\. Use a library that can, such as zod or Valibot, or leave out the option that needs it \(schemaRegistry\)\.$/,
  );
});

test("ArkType keeps fields that the contract does not declare, unless it deletes them", async () => {
  const schema = type({ order: "string" });
  const contract = defineEvent("order.placed", { version: 1, schema });
  const received = await receive(contract, { order: "o1", priority: 1 });
  expect(received.accepted && received.data).toEqual({ order: "o1", priority: 1 });
});
