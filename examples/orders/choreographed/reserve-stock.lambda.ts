import { reaction } from "../../../lambdas/runtime/index.ts";
import { StockRefused, StockReserved } from "../events.ts";
import { reserve } from "../services.ts";
import { reserveStock } from "./reactions.ts";

export const handler = reaction(reserveStock, async (order, { emit, idempotencyKey }) => {
  if (await reserve(order, idempotencyKey)) await emit(StockReserved, order);
  else await emit(StockRefused, { ...order, reason: `There is not enough of ${order.sku}.` });
});
