import { worker } from "../../../../lambdas/runtime/index.ts";
import { Done, pack } from "./definitions.ts";

export const handler = worker(pack, async ({ orderId }, { emit, idempotencyKey: key }) => {
  await emit(Done, { what: "packed", orderId, key });
  return { parcel: `parcel of ${orderId}` };
});
