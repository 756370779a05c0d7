import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow } from "../../../../lib/index.ts";

const Order = z.object({ order: z.string(), amount: z.number() });
const Payment = z.object({ payment: z.string() });

export const OrderPlaced = defineEvent("order.placed", {
  version: 1,
  schema: Order,
  identity: (order) => order.order,
});
export const OrderReturned = defineEvent("order.returned", {
  version: 1,
  schema: Order,
  identity: (order) => order.order,
});

export const charge = defineStep("charge", { input: Order, output: Payment, timeout: "10 seconds" });
export const refund = defineStep("refund", {
  input: Order,
  output: Payment,
  timeout: "10 seconds",
  onLeaseExpiry: "ask",
});

/** A workflow with one step, whose effect is a call of a bank. */
export const sell = defineWorkflow("sell", { on: OrderPlaced, run: (w, order) => w.step(charge, order) });
/** The same with a step whose effect must not happen twice. */
export const takeBack = defineWorkflow("take-back", {
  on: OrderReturned,
  run: (w, order) => w.step(refund, order),
});
