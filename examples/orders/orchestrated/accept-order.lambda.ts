import { worker } from "../../../lambdas/runtime/index.ts";
import { acceptOrder } from "./fulfil-order.ts";

/** Nothing happens yet; from here on, a run that ends badly cancels its order. */
export const handler = worker(acceptOrder, () => null);
