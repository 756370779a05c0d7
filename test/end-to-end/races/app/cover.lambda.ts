import { worker } from "../../../../lambdas/runtime/index.ts";
import { cover } from "./parcel.ts";

export const handler = worker(cover, () => ({ booking: "b" }));
