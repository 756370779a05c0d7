import { worker } from "../../../../lambdas/runtime/index.ts";
import { write } from "./payments.ts";

export const handler = worker(write, async ({ about }) => ({ about }));
