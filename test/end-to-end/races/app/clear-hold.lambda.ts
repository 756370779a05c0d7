import { worker } from "../../../../lambdas/runtime/index.ts";
import { clearHold } from "./parcel.ts";

export const handler = worker(clearHold, () => null);
