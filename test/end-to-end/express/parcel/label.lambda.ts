import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../parcels/handle.ts";
import { label } from "../../parcels/steps.ts";

export const handler = worker(label, handle("label"));
