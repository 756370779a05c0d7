import { worker } from "../../../../lambdas/runtime/index.ts";
import { report } from "./import.ts";

export const handler = worker(report, ({ stored }) => ({ count: stored.length }));
