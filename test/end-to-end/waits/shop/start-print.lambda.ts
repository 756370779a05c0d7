import { worker } from "../../../../lambdas/runtime/index.ts";
import { startPrint } from "./workflows.ts";

export const handler = worker(startPrint, ({ reportId }) => ({ jobId: `job of ${reportId}` }));
