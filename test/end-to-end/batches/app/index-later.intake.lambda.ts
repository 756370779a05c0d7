import { intake } from "../../../../lambdas/runtime/index.ts";
import { indexLater } from "./documents.ts";

export const handler = intake(indexLater);
