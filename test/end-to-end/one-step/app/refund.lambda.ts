import { worker } from "../../../../lambdas/runtime/index.ts";
import { callBank } from "./bank.ts";
import { refund } from "./definitions.ts";

export const handler = worker(refund, async (_, context) => await callBank("refunds", context));
