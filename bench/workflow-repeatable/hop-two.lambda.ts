import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "../workflow/advance.ts";
import { hopTwo, repeatable } from "../workflow/definitions.ts";

export const handler = worker(repeatable(hopTwo), advance);
