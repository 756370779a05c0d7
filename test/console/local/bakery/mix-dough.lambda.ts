import { worker } from "../../../../lambdas/runtime/index.ts";
import { mixDough } from "./cakes.ts";

export const handler = worker(mixDough, (cake) => cake);
