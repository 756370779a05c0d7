import { intake } from "../../../../lambdas/runtime/index.ts";
import { releasePayment } from "./workflow.ts";

export const handler = intake(releasePayment);
