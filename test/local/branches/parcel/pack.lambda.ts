import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../pools/parcel/handle.ts";
import { pack } from "./workflow.ts";

export const handler = worker(pack, handle("pack"));
