import { worker } from "../../lambdas/runtime/index.ts";
import { note } from "./workflows.ts";

export const handler = worker(note, async ({ about }, { log }) => {
  log.info(about);
  return { noted: about };
});
