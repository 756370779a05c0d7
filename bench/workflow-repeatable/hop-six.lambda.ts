import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "../workflow/advance.ts";
import { hopSix, repeatable } from "../workflow/definitions.ts";

export const handler = worker(repeatable(hopSix), advance);
