import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "../workflow/advance.ts";
import { hopThree, repeatable } from "../workflow/definitions.ts";

export const handler = worker(repeatable(hopThree), advance);
