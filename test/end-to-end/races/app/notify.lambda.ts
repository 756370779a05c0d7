import { worker } from "../../../../lambdas/runtime/index.ts";
import { notify } from "./parcel.ts";

export const handler = worker(notify, () => ({ booking: "b" }));
