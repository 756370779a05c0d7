import { intake } from "../../../../lambdas/runtime/index.ts";
import { refund } from "./help.ts";

export const handler = intake(refund);
