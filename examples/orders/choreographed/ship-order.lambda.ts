import { reaction } from "../../../lambdas/runtime/index.ts";
import { OrderShipped, ParcelRefused } from "../events.ts";
import { ship } from "../services.ts";
import { shipOrder } from "./reactions.ts";

export const handler = reaction(shipOrder, async (order, { emit, idempotencyKey }) => {
  if (await ship(order, idempotencyKey)) await emit(OrderShipped, order);
  else await emit(ParcelRefused, { ...order, reason: "There is no way to the address." });
});
