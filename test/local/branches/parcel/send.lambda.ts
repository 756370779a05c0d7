import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../pools/parcel/handle.ts";
import { send } from "./workflow.ts";

export const handler = worker(send, handle("send"));
