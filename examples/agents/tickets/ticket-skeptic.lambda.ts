import { agent } from "../agent.ts";
import { ticketSkeptic } from "./agents.ts";
import { checkArticle } from "./check.ts";

export const handler = agent(ticketSkeptic, checkArticle);
