import { giveUp, worker } from "../../../lambdas/runtime/index.ts";
import { reserve } from "../services.ts";
import { holdStock } from "./fulfil-order.ts";

export const handler = worker(holdStock, async (order, { idempotencyKey }) => {
  if (!(await reserve(order, idempotencyKey))) throw giveUp(`There is not enough of ${order.sku}.`);
  return null;
});
