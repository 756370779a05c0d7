import { worker } from "../../../../lambdas/runtime/index.ts";
import { callBank } from "./bank.ts";
import { charge } from "./definitions.ts";

export const handler = worker(charge, async (_, context) => await callBank("charges", context));
