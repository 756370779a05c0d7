import { worker } from "../../../../lambdas/runtime/index.ts";
import { bookNight } from "./trip.ts";

export const handler = worker(bookNight, () => ({ booking: "b" }));
