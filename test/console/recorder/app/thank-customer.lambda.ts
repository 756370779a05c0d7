import { reaction } from "../../../../lambdas/runtime/index.ts";
import { thankCustomer } from "./parcels.ts";

export const handler = reaction(thankCustomer, () => console.log("A card is printed."));
