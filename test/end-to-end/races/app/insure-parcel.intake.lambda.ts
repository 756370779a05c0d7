import { intake } from "../../../../lambdas/runtime/index.ts";
import { insureParcel } from "./parcel.ts";

export const handler = intake(insureParcel);
