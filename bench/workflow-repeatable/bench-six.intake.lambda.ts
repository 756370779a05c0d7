import { intake } from "../../lambdas/runtime/index.ts";
import { benchSixRepeatable } from "../workflow/definitions.ts";

export const handler = intake(benchSixRepeatable);
