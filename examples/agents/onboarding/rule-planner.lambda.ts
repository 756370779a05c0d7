import { agent } from "../agent.ts";
import { rulePlanner } from "./agents.ts";
import { planWithGuides } from "./plan.ts";

export const handler = agent(rulePlanner, planWithGuides);
