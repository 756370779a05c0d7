import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../pools/parcel/handle.ts";
import { weigh } from "./workflow.ts";

export const handler = worker(weigh, handle("weigh"));
