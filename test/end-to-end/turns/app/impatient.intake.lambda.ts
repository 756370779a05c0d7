import { intake } from "../../../../lambdas/runtime/index.ts";
import { impatient } from "./documents.ts";

export const handler = intake(impatient);
