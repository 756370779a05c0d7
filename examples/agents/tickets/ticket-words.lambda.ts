import { agent } from "../agent.ts";
import { ticketWords } from "./agents.ts";
import { sortTicketByWords } from "./sort.ts";

export const handler = agent(ticketWords, sortTicketByWords);
