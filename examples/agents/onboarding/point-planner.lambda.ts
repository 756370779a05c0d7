import { agent } from "../agent.ts";
import { pointPlanner } from "./agents.ts";
import { planSimply } from "./plan.ts";

export const handler = agent(pointPlanner, planSimply);
