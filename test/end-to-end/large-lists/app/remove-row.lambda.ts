import { worker } from "../../../../lambdas/runtime/index.ts";
import { removeRow } from "./import.ts";

export const handler = worker(removeRow, () => null);
