import { fulfilOrder } from "../../../examples/orders/orchestrated/fulfil-order.ts";
import type { Workflow } from "../../../lib/index.ts";
import { workflows as films } from "../../../workflows/index.ts";
import { deliverParcel, thankCustomer } from "./app/parcels.ts";

/** The app whose answers are recorded: the video studio and the shop, in one. */
export const workflows: readonly Workflow[] = [...films, fulfilOrder, deliverParcel];
export const reactions = [thankCustomer];
