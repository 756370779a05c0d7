import { intake } from "../../../../lambdas/runtime/index.ts";
import { daily } from "./documents.ts";

export const handler = intake(daily);
