import { giveUp, worker } from "../../../../lambdas/runtime/index.ts";
import { writeCaption } from "./workflow.ts";

export const handler = worker(writeCaption, (picture, { log }) => {
  if (picture === "torn") throw giveUp("The picture is torn.");
  log.info("A caption is written.");
  return { picture, caption: `A ${picture}` };
});
