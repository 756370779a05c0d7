import { intake } from "../../../../lambdas/runtime/index.ts";
import { throttled } from "./documents.ts";

export const handler = intake(throttled);
