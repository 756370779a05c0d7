import { reaction } from "../../../../lambdas/runtime/index.ts";
import { Done, keepBooks } from "./definitions.ts";

export const handler = reaction(keepBooks, ({ orderId }, { emit, idempotencyKey: key }) =>
  emit(Done, { what: "booked", orderId, key }),
);
