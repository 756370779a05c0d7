import { worker } from "../../../../lambdas/runtime/index.ts";
import { cancelShip } from "./parcel.ts";

export const handler = worker(cancelShip, () => null);
