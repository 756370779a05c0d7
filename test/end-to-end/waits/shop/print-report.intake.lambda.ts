import { intake } from "../../../../lambdas/runtime/index.ts";
import { printReport } from "./workflows.ts";

export const handler = intake(printReport);
