import { intake } from "../../../../lambdas/runtime/index.ts";
import { bookTrip } from "./trip.ts";

export const handler = intake(bookTrip);
