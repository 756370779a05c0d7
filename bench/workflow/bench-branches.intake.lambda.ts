import { intake } from "../../lambdas/runtime/index.ts";
import { benchBranches } from "./definitions.ts";

export const handler = intake(benchBranches);
