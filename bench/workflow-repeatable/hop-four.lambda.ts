import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "../workflow/advance.ts";
import { hopFour, repeatable } from "../workflow/definitions.ts";

export const handler = worker(repeatable(hopFour), advance);
