import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../parcels/handle.ts";
import { pack } from "../../parcels/steps.ts";

export const handler = worker(pack, handle("pack"));
