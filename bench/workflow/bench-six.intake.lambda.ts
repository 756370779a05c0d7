import { intake } from "../../lambdas/runtime/index.ts";
import { benchSix } from "./definitions.ts";

export const handler = intake(benchSix);
