import { intake } from "../../../../lambdas/runtime/index.ts";
import { slow } from "./documents.ts";

export const handler = intake(slow);
