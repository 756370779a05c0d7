import { worker } from "../../../../lambdas/runtime/index.ts";
import { discard } from "./steps.ts";

export const handler = worker(discard, () => null);
