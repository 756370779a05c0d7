import { worker } from "../../../lambdas/runtime/index.ts";
import { release } from "../services.ts";
import { returnStock } from "./fulfil-order.ts";

export const handler = worker(returnStock, async ({ input: order }, { idempotencyKey }) => {
  await release(order, idempotencyKey);
  return null;
});
