import { worker } from "../../../../lambdas/runtime/index.ts";
import { bookFlight } from "./trip.ts";

export const handler = worker(bookFlight, () => ({ booking: "b" }));
