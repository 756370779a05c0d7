import { worker } from "../../../../lambdas/runtime/index.ts";
import { storeRow } from "./import.ts";

export const handler = worker(storeRow, ({ id }) => ({ id, address: "" }));
