import { defineWorkflow } from "../../lib/index.ts";
import { TicketOpened } from "./events.ts";
import { sortTicket } from "./steps.ts";

/** Sorts a ticket and drafts the first reply. */
export const triageTicket = defineWorkflow("triage-ticket", {
  on: TicketOpened,
  deadline: "1 hour",
  budget: { usd: 0.05 },
  run: (w, { subject, text }) => w.step(sortTicket, { subject, text }),
});
