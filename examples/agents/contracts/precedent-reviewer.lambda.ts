import { agent } from "../agent.ts";
import { precedentReviewer } from "./agents.ts";
import { reviewByPrecedent } from "./compare.ts";

export const handler = agent(precedentReviewer, reviewByPrecedent);
