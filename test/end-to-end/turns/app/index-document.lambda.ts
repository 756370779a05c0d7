import { setTimeout } from "node:timers/promises";
import { worker } from "../../../../lambdas/runtime/index.ts";
import { indexDocument } from "./documents.ts";

export const handler = worker(indexDocument, async ({ edit }) => {
  await setTimeout(5_000);
  return { edit };
});
