import { reaction } from "../../../lambdas/runtime/index.ts";
import { OrderCancelled } from "../events.ts";
import { cancel } from "../services.ts";
import { cancelOrder } from "./reactions.ts";

export const handler = reaction(cancelOrder, async (order, { emit, idempotencyKey }) => {
  await cancel(order, idempotencyKey);
  await emit(OrderCancelled, order);
});
