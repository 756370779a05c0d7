import { waits } from "../../../../lambdas/runtime/index.ts";
import { TripPaid } from "./definitions.ts";

export const handler = waits([TripPaid]);
