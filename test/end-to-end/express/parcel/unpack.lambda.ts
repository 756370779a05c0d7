import { worker } from "../../../../lambdas/runtime/index.ts";
import { unpacked } from "../../parcels/handle.ts";
import { unpack } from "../../parcels/steps.ts";

export const handler = worker(unpack, unpacked);
