import { worker } from "../../../../lambdas/runtime/index.ts";
import { handle } from "../../pools/parcel/handle.ts";
import { label } from "./workflow.ts";

export const handler = worker(label, handle("label"));
