import * as z from "zod";
import { defineStep, defineWorkflow } from "../../../lib/index.ts";
import { Order, OrderCancelled, OrderPlaced, OrderShipped } from "../events.ts";

const timeout = "20 seconds";
const retry = { attempts: 5, backoff: "2 seconds" } as const;
const step = { input: Order, output: z.null(), timeout, retry } as const;
/** The undo of a step receives the input of the step. */
const undo = { ...step, input: z.object({ input: Order, output: z.null() }) };

export const acceptOrder = defineStep("accept-order", step);
export const cancelOrder = defineStep("cancel-accepted-order", { ...undo, emits: [OrderCancelled] });
export const holdStock = defineStep("hold-stock", step);
export const returnStock = defineStep("return-stock", undo);
export const takePayment = defineStep("take-payment", step);
export const returnPayment = defineStep("return-payment", undo);
export const sendParcel = defineStep("send-parcel", { ...step, emits: [OrderShipped] });

/** An order by orchestration: one definition has the order of the steps, and the undo of each. */
export const fulfilOrder = defineWorkflow("fulfil-order", {
  on: OrderPlaced,
  deadline: "1 day",
  run: (w, order) => {
    const accepted = w.step(acceptOrder, order, { undo: cancelOrder });
    const held = w.step(holdStock, order, { undo: returnStock, after: [accepted] });
    const paid = w.step(takePayment, order, { undo: returnPayment, after: [held] });
    w.step(sendParcel, order, { after: [paid] });
  },
});
