import { setTimeout } from "node:timers/promises";
import { worker } from "../../../../lambdas/runtime/index.ts";
import { print } from "./steps.ts";

export const handler = worker(print, async ({ what, of, seconds }) => {
  await setTimeout(seconds * 1_000);
  return { text: `${what}(${of})` };
});
