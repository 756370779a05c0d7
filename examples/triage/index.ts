import { triageTicket } from "./triage-ticket.ts";

/** What the command line knows, with MILLRACE_DEFINITIONS=examples/triage/index.ts. */
export const workflows = [triageTicket];
