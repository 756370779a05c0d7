import { worker } from "../../../../lambdas/runtime/index.ts";
import { bookShip } from "./parcel.ts";

export const handler = worker(bookShip, () => ({ booking: "b" }));
