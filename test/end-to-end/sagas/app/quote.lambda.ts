import { worker } from "../../../../lambdas/runtime/index.ts";
import { quote } from "./trip.ts";

export const handler = worker(quote, () => ({ booking: "b" }));
