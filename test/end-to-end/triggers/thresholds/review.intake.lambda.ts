import { intake } from "../../../../lambdas/runtime/index.ts";
import { review } from "./payments.ts";

export const handler = intake(review);
