import { intake } from "../../../../lambdas/runtime/index.ts";
import { ask } from "./payments.ts";

export const handler = intake(ask);
