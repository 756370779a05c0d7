import { intake } from "../../../../lambdas/runtime/index.ts";
import { sendParcel } from "./parcel.ts";

export const handler = intake(sendParcel);
