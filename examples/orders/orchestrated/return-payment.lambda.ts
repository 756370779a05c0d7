import { worker } from "../../../lambdas/runtime/index.ts";
import { refund } from "../services.ts";
import { returnPayment } from "./fulfil-order.ts";

export const handler = worker(returnPayment, async ({ input: order }, { idempotencyKey }) => {
  await refund(order, idempotencyKey);
  return null;
});
