import { intake } from "../../../../lambdas/runtime/index.ts";
import { publishPost } from "./workflow.ts";

export const handler = intake(publishPost);
