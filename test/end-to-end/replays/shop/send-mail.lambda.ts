import { reaction } from "../../../../lambdas/runtime/index.ts";
import { Done, sendMail } from "./definitions.ts";

export const handler = reaction(sendMail, ({ orderId }, { emit, idempotencyKey: key }) =>
  emit(Done, { what: "sent", orderId, key }),
);
