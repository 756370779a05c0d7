import { agent } from "../agent.ts";
import { riskChecker } from "./agents.ts";
import { checkRisk } from "./risk.ts";

export const handler = agent(riskChecker, checkRisk);
