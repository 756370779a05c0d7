import { intake } from "../../../../lambdas/runtime/index.ts";
import { sendListed } from "./workflow.ts";

export const handler = intake(sendListed);
