import { worker } from "../../lambdas/runtime/index.ts";
import { advance } from "./advance.ts";
import { hopFour } from "./definitions.ts";

export const handler = worker(hopFour, advance);
