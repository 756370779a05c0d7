import { waits } from "../../lambdas/runtime/index.ts";
import { awaitedEvents } from "../../lib/index.ts";
import { consultAgent } from "./conduct.ts";

export const handler = waits(awaitedEvents(consultAgent));
