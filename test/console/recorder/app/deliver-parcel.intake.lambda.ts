import { intake } from "../../../../lambdas/runtime/index.ts";
import { deliverParcel } from "./parcels.ts";

export const handler = intake(deliverParcel);
