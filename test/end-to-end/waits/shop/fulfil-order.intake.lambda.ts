import { intake } from "../../../../lambdas/runtime/index.ts";
import { fulfilOrder } from "./workflows.ts";

export const handler = intake(fulfilOrder);
