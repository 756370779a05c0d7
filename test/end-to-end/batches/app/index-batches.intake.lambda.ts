import { intake } from "../../../../lambdas/runtime/index.ts";
import { indexBatches } from "./documents.ts";

export const handler = intake(indexBatches);
