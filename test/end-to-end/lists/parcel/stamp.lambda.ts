import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../parcels/handle.ts";
import { stamp } from "../../parcels/steps.ts";

export const handler = worker(stamp, handle("stamp"));
