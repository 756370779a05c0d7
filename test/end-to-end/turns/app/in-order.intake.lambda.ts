import { intake } from "../../../../lambdas/runtime/index.ts";
import { inOrder } from "./documents.ts";

export const handler = intake(inOrder);
