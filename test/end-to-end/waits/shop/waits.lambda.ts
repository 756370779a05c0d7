import { waits } from "../../../../lambdas/runtime/index.ts";
import { awaitedEvents } from "../../../../lib/index.ts";
import { workflows } from "./workflows.ts";

export const handler = waits(workflows.flatMap((workflow) => awaitedEvents(workflow)));
