import { reaction } from "../../../lambdas/runtime/index.ts";
import { CardRefunded } from "../events.ts";
import { refund } from "../services.ts";
import { refundCard } from "./reactions.ts";

export const handler = reaction(refundCard, async (order, { emit, idempotencyKey }) => {
  await refund(order, idempotencyKey);
  await emit(CardRefunded, order);
});
