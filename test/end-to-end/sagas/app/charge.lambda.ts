import { worker } from "../../../../lambdas/runtime/index.ts";
import { charge } from "./trip.ts";

export const handler = worker(charge, () => ({ booking: "b" }));
