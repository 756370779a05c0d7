import { worker } from "../../../../lambdas/runtime/index.ts";
import { indexDocument } from "./documents.ts";

export const handler = worker(indexDocument, async ({ edit }) => {
  if (edit > 100) throw new Error("It cannot be indexed.");
  return { edit };
});
