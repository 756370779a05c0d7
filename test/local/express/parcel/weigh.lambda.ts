import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "./handle.ts";
import { weigh } from "./workflow.ts";

export const handler = worker(weigh, handle("weigh"));
