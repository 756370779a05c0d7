import { worker } from "../../../../lambdas/runtime/index.ts";
import { printTicket } from "./definitions.ts";

export const handler = worker(printTicket, (_trip, { traceparent }) => ({ traceparent: traceparent! }));
