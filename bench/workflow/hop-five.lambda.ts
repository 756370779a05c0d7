import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "./advance.ts";
import { hopFive } from "./definitions.ts";

export const handler = worker(hopFive, advance);
