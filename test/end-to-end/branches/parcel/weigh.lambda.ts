import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../parcels/handle.ts";
import { weigh } from "../../parcels/steps.ts";

export const handler = worker(weigh, handle("weigh"));
