import * as z from "zod";
import { reaction } from "../../lambdas/runtime/index.ts";
import { defineEvent, defineReaction } from "../../lib/index.ts";

export const Placed = defineEvent("order.placed", {
  version: 1,
  schema: z.object({
    country: z.enum(["DE", "AT", "CH"]),
    cents: z.number(),
    gift: z.boolean(),
    note: z.string().optional(),
    customer: z.object({ mail: z.string() }),
    lines: z.array(z.object({ sku: z.string() })),
  }),
});
export const Lost = defineEvent("order.lost", { version: 1, schema: z.object({ cents: z.number() }) });
export const timeout = "10 seconds";

/** What the compiler takes and refuses; never run. */
export const conditions = () => [
  defineReaction("filtered", {
    on: Placed,
    timeout,
    where: {
      country: ["DE", { "anything-but": "CH" }],
      cents: [{ numeric: [">=", 100, "<", 500] }, 7],
      gift: [true],
      note: [{ exists: false }, { prefix: "urgent" }],
      customer: { mail: [{ suffix: "@example.org" }] },
      lines: { sku: ["a"] },
    },
  }),
  defineReaction("several", { on: [Placed, Lost], timeout, where: { cents: [1] } }),
  // @ts-expect-error there is no such field
  defineReaction("x", { on: Placed, timeout, where: { county: ["DE"] } }),
  // @ts-expect-error no such value can ever come
  defineReaction("x", { on: Placed, timeout, where: { country: ["FR"] } }),
  // @ts-expect-error a number has no prefix
  defineReaction("x", { on: Placed, timeout, where: { cents: [{ prefix: "1" }] } }),
  // @ts-expect-error conditions are a list
  defineReaction("x", { on: Placed, timeout, where: { cents: 1 } }),
  // @ts-expect-error not all of the events have the field
  defineReaction("x", { on: [Placed, Lost], timeout, where: { country: ["DE"] } }),
];

export const handlers = () => [
  reaction(defineReaction("x", { on: Placed, emits: [Lost], timeout }), async (order, { emit, event }) => {
    await emit(Lost, { cents: order.cents });
    // @ts-expect-error the payload breaks the contract
    await emit(Lost, { cents: event.id });
    // @ts-expect-error it is not among what the reaction emits
    await emit(Placed, order);
  }),
  reaction(defineReaction("x", { on: [Placed, Lost], timeout }), (order) => {
    order.cents.toFixed();
    // @ts-expect-error only one of the events has it
    order.country;
  }),
];
