import { giveUp, worker } from "../../../lambdas/runtime/index.ts";
import { charge } from "../services.ts";
import { takePayment } from "./fulfil-order.ts";

export const handler = worker(takePayment, async (order, { idempotencyKey }) => {
  if (!(await charge(order, idempotencyKey))) throw giveUp("The card was declined.");
  return null;
});
