import { cloudEvents } from "../../lambdas/runtime/index.ts";
import { shopEvents } from "./definitions.ts";

/** A cancellation has its reason in an extension. */
export const handler = cloudEvents(shopEvents, {
  "com.example.order.cancelled": (data, { reason }) => ({ ...data, why: String(reason ?? "unknown") }),
});
