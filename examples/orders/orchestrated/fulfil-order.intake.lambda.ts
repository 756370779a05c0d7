import { intake } from "../../../lambdas/runtime/index.ts";
import { fulfilOrder } from "./fulfil-order.ts";

export const handler = intake(fulfilOrder);
