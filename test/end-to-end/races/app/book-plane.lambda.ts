import { worker } from "../../../../lambdas/runtime/index.ts";
import { bookPlane } from "./parcel.ts";

export const handler = worker(bookPlane, () => ({ booking: "b" }));
