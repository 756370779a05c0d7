import { intake } from "../../../../lambdas/runtime/index.ts";
import { sendFused } from "./workflow.ts";

export const handler = intake(sendFused);
