import { intake } from "../../../../lambdas/runtime/index.ts";
import { sell } from "./definitions.ts";

export const handler = intake(sell);
