import { worker } from "../../../lambdas/runtime/index.ts";
import { OrderCancelled } from "../events.ts";
import { cancel } from "../services.ts";
import { cancelOrder } from "./fulfil-order.ts";

export const handler = worker(cancelOrder, async ({ input: order }, { emit, idempotencyKey }) => {
  await cancel(order, idempotencyKey);
  await emit(OrderCancelled, order);
  return null;
});
