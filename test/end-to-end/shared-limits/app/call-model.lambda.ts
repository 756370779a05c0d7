import { setTimeout } from "node:timers/promises";
import { worker } from "../../../../lambdas/runtime/index.ts";
import { callModel } from "./calls.ts";

export const handler = worker(callModel, async ({ job }) => {
  await setTimeout(5_000);
  return { job };
});
