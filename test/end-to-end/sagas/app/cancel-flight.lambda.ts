import { worker } from "../../../../lambdas/runtime/index.ts";
import { cancelFlight } from "./trip.ts";

export const handler = worker(cancelFlight, () => null);
