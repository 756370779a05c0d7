import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "./advance.ts";
import { hopThree } from "./definitions.ts";

export const handler = worker(hopThree, advance);
