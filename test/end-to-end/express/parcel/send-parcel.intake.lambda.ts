import { intake } from "../../../../lambdas/runtime/index.ts";
import { sendParcel } from "./workflow.ts";

export const handler = intake(sendParcel);
