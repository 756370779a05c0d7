import * as z from "zod";
import { defineEvent, defineReaction, defineStep, defineWorkflow } from "../../../../lib/index.ts";

/** A shop that packs each order, notifies its customer, and keeps books since later. */
export const OrderPlaced = defineEvent("order.placed", {
  version: 1,
  schema: z.object({ orderId: z.string(), cents: z.int() }),
  identity: ({ orderId }) => orderId,
});

/** Something was done to an order, under this idempotency key. */
export const Done = defineEvent("shop.done", {
  version: 1,
  schema: z.object({ what: z.string(), orderId: z.string(), key: z.string() }),
});

export const pack = defineStep("pack", {
  input: z.object({ orderId: z.string() }),
  output: z.object({ parcel: z.string() }),
  emits: [Done],
  timeout: "10 seconds",
});

export const shipOrder = defineWorkflow("ship-order", {
  on: OrderPlaced,
  deadline: "1 day",
  run: (w, { orderId }) => w.step(pack, { orderId }),
});

export const sendMail = defineReaction("send-mail", {
  on: OrderPlaced,
  emits: [Done],
  timeout: "10 seconds",
  retry: { attempts: 2, backoff: "1 second" },
});

export const keepBooks = defineReaction("keep-books", {
  on: OrderPlaced,
  emits: [Done],
  timeout: "10 seconds",
  retry: { attempts: 2, backoff: "1 second" },
});
