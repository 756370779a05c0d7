import { absence } from "../../../../lambdas/runtime/index.ts";
import { silentCustomers } from "./payments.ts";

export const handler = absence(silentCustomers, ({ key, last }) => ({ customer: key, last }));
