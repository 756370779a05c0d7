import * as z from "zod";
import { defineEvent } from "../../lib/index.ts";

/** A customer has written to the support. */
export const TicketOpened = defineEvent("ticket.opened", {
  version: 1,
  schema: z.object({ ticketId: z.string(), subject: z.string(), text: z.string() }),
  identity: ({ ticketId }) => ticketId,
});
