import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "./handle.ts";
import { pack } from "./workflow.ts";

export const handler = worker(pack, handle("pack"));
