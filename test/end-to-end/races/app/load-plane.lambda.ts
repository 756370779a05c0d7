import { worker } from "../../../../lambdas/runtime/index.ts";
import { loadPlane } from "./parcel.ts";

export const handler = worker(loadPlane, () => ({ booking: "b" }));
