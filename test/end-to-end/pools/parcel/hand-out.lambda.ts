import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../parcels/handle.ts";
import { handOut } from "../../parcels/steps.ts";

export const handler = worker(handOut, handle("hand-out"));
