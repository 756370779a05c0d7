import { intake } from "../../../../lambdas/runtime/index.ts";
import { shipParcel } from "./workflows.ts";

export const handler = intake(shipParcel);
