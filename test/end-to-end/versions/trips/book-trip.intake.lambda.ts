import { intake } from "../../../../lambdas/runtime/index.ts";
import { bookTrip } from "./definitions.ts";

export const handler = intake(bookTrip());
