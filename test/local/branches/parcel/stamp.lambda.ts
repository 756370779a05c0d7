import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../pools/parcel/handle.ts";
import { stamp } from "./workflow.ts";

export const handler = worker(stamp, handle("stamp"));
