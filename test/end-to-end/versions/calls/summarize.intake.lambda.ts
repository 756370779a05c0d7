import { intake } from "../../../../lambdas/runtime/index.ts";
import { summarize } from "../calls.ts";

export const handler = intake(summarize(true));
