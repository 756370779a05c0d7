import { intake } from "../../../../lambdas/runtime/index.ts";
import { shipOrder } from "./definitions.ts";

export const handler = intake(shipOrder);
