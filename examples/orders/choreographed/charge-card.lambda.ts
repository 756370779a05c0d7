import { reaction } from "../../../lambdas/runtime/index.ts";
import { CardCharged, CardDeclined } from "../events.ts";
import { charge } from "../services.ts";
import { chargeCard } from "./reactions.ts";

export const handler = reaction(chargeCard, async (order, { emit, idempotencyKey }) => {
  if (await charge(order, idempotencyKey)) await emit(CardCharged, order);
  else await emit(CardDeclined, { ...order, reason: "The card was declined." });
});
