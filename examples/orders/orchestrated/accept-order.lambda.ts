import { worker } from "../../../lambdas/runtime/index.ts";
import { acceptOrder } from "./fulfil-order.ts";

/** The step has no effect of its own; its undo cancels the order of a run that fails later. */
export const handler = worker(acceptOrder, () => null);
