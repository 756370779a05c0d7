import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../parcels/handle.ts";
import { send } from "../../parcels/steps.ts";

export const handler = worker(send, handle("send"));
