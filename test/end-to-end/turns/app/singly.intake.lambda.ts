import { intake } from "../../../../lambdas/runtime/index.ts";
import { singly } from "./documents.ts";

export const handler = intake(singly);
