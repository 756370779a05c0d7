import { worker } from "../../lambdas/runtime/index.ts";
import { sendWelcome } from "./workflows.ts";

export const handler = worker(sendWelcome, async ({ mail }, { log }) => {
  log.info(`Welcome, ${mail}.`);
  return { welcomed: mail };
});
