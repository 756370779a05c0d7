import { intake } from "../../../../lambdas/runtime/index.ts";
import { report } from "./calls.ts";

export const handler = intake(report);
