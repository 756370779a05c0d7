import { intake } from "../../../../lambdas/runtime/index.ts";
import { sendExpress } from "./workflow.ts";

export const handler = intake(sendExpress);
