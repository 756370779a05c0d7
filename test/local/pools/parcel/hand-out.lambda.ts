import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "./handle.ts";
import { handOut } from "./workflow.ts";

export const handler = worker(handOut, handle("hand-out"));
