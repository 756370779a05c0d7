import { agent } from "../agent.ts";
import { ticketCases } from "./agents.ts";
import { sortTicketByCases } from "./recall.ts";

export const handler = agent(ticketCases, sortTicketByCases);
