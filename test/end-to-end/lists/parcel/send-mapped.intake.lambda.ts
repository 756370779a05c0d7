import { intake } from "../../../../lambdas/runtime/index.ts";
import { sendMapped } from "./workflow.ts";

export const handler = intake(sendMapped);
