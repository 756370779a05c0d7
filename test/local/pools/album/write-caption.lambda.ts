import { giveUp, worker } from "../../../../lambdas/runtime/index.ts";
import { writeCaption } from "./workflow.ts";

export const handler = worker(writeCaption, (picture) => {
  if (picture === "torn") throw giveUp("The picture is torn.");
  return { picture, caption: `A ${picture}` };
});
