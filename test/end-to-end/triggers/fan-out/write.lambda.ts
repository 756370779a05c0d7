import { worker } from "../../../../lambdas/runtime/index.ts";
import { write } from "./films.ts";

export const handler = worker(write, async ({ film }) => ({ written: film }));
