import { worker } from "../../lambdas/runtime/index.ts";
import { askModel } from "../../lambdas/runtime/model/index.ts";
import { giveUp } from "../../lib/index.ts";
import { sortTicketPrompt } from "./sort-ticket.prompt.ts";
import { sortTicket } from "./steps.ts";

export const handler = worker(sortTicket, async (ticket, context) => {
  if (!/\p{L}/u.test(ticket.text)) throw giveUp("The ticket has no words.", { name: "EmptyTicket" });
  return await askModel(sortTicketPrompt, ticket, context, { stream: true });
});
