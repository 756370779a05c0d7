import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "./advance.ts";
import { hopTwo } from "./definitions.ts";

export const handler = worker(hopTwo, advance);
