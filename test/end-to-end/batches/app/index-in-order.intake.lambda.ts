import { intake } from "../../../../lambdas/runtime/index.ts";
import { indexInOrder } from "./documents.ts";

export const handler = intake(indexInOrder);
