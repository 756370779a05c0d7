import { worker } from "../../../../lambdas/runtime/index.ts";
import { cancelPlane } from "./parcel.ts";

export const handler = worker(cancelPlane, () => null);
