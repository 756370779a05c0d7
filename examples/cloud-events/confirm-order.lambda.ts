import { reaction } from "../../lambdas/runtime/index.ts";
import { confirmOrder } from "./definitions.ts";
import { OrderConfirmed } from "./events.ts";

export const handler = reaction(confirmOrder, async ({ order }, { emit }) => {
  await emit(OrderConfirmed, { order });
});
