import { reaction } from "../../../../lambdas/runtime/index.ts";
import { CrewNotified, tellCrew } from "./definitions.ts";

export const handler = reaction(tellCrew, async ({ trip }, { emit, log }) => {
  log.info("Telling the crew.", { trip });
  await emit(CrewNotified, { trip });
});
