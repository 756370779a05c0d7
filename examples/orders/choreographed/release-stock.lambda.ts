import { reaction } from "../../../lambdas/runtime/index.ts";
import { StockReleased } from "../events.ts";
import { release } from "../services.ts";
import { releaseStock } from "./reactions.ts";

export const handler = reaction(releaseStock, async (order, { emit, idempotencyKey }) => {
  await release(order, idempotencyKey);
  await emit(StockReleased, order);
});
