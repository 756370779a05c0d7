import { waits } from "../lambdas/runtime/index.ts";
import { awaitedEvents } from "../lib/index.ts";
import { workflows } from "./index.ts";

/** The contracts of all events that runs wait for. */
export const handler = waits(workflows.flatMap((workflow) => awaitedEvents(workflow)));
