import { worker } from "../../../../lambdas/runtime/index.ts";
import { heatOven } from "./cakes.ts";

export const handler = worker(heatOven, (cake) => cake);
