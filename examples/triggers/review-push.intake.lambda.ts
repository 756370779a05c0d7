import { intake } from "../../lambdas/runtime/index.ts";
import { reviewPush } from "./workflows.ts";

export const handler = intake(reviewPush);
