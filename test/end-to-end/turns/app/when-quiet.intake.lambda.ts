import { intake } from "../../../../lambdas/runtime/index.ts";
import { whenQuiet } from "./documents.ts";

export const handler = intake(whenQuiet);
