import { worker } from "../../../../lambdas/runtime/index.ts";
import { readFile } from "./import.ts";

export const handler = worker(readFile, () => ({ rows: [] }));
