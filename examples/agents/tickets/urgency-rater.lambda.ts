import { agent } from "../agent.ts";
import { urgencyRater } from "./agents.ts";
import { rateTicket } from "./urgency.ts";

export const handler = agent(urgencyRater, rateTicket);
