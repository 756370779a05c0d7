import { intake } from "../../lambdas/runtime/index.ts";
import { keepLog } from "./workflows.ts";

export const handler = intake(keepLog);
