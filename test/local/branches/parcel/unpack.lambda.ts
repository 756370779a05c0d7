import { worker } from "../../../../lambdas/runtime/index.ts";
import { unpack } from "./workflow.ts";

export const handler = worker(unpack, ({ output }, { log }) => {
  log.info(`Undone: ${output.so}.`);
  return { so: output.so };
});
