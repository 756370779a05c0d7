import { agent } from "../agent.ts";
import { ruleReviewer } from "./agents.ts";
import { reviewByRules } from "./review.ts";

export const handler = agent(ruleReviewer, reviewByRules);
