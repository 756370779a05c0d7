import { worker } from "../../../../lambdas/runtime/index.ts";
import { cancelNight } from "./trip.ts";

export const handler = worker(cancelNight, () => null);
