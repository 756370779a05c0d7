import { giveUp, worker } from "../../../lambdas/runtime/index.ts";
import { OrderShipped } from "../events.ts";
import { ship } from "../services.ts";
import { sendParcel } from "./fulfil-order.ts";

export const handler = worker(sendParcel, async (order, { emit, idempotencyKey }) => {
  if (!(await ship(order, idempotencyKey))) throw giveUp("There is no way to the address.");
  await emit(OrderShipped, order);
  return null;
});
