import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "./advance.ts";
import { hopOne } from "./definitions.ts";

export const handler = worker(hopOne, advance);
