import { setTimeout } from "node:timers/promises";
import { worker } from "../../../../lambdas/runtime/index.ts";
import { indexAll } from "./documents.ts";

export const handler = worker(indexAll, async ({ edits }) => {
  await setTimeout(5_000);
  return { edits: edits.map(({ edit }) => edit) };
});
