import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "./advance.ts";
import { hopSix } from "./definitions.ts";

export const handler = worker(hopSix, advance);
