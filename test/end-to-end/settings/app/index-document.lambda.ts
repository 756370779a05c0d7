import { worker } from "../../../../lambdas/runtime/index.ts";
import { indexDocument } from "./documents.ts";

export const handler = worker(indexDocument, async ({ edit, shout }, { run }) => {
  if (edit > 100) throw new Error("It cannot be indexed.");
  return { edit, shout, read: run.switches?.shout };
});
