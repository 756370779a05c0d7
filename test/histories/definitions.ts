import { fulfilOrder } from "../../examples/orders/orchestrated/fulfil-order.ts";
import type { Workflow } from "../../lib/index.ts";
import { workflows } from "../../workflows/index.ts";
import { workflows as magazine } from "../end-to-end/coordination/app/workflows.ts";

/** The workflows of which runs are recorded here, as they are defined now. */
export const definitions: readonly Workflow[] = [...workflows, fulfilOrder, ...magazine];
