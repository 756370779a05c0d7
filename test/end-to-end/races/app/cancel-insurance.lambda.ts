import { worker } from "../../../../lambdas/runtime/index.ts";
import { cancelInsurance } from "./parcel.ts";

export const handler = worker(cancelInsurance, () => null);
