import { intake } from "../../lambdas/runtime/index.ts";
import { benchList } from "./definitions.ts";

export const handler = intake(benchList);
