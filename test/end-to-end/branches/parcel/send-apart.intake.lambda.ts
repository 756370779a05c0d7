import { intake } from "../../../../lambdas/runtime/index.ts";
import { sendApart } from "./workflow.ts";

export const handler = intake(sendApart);
