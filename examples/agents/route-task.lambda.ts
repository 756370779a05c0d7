import { worker } from "../../lambdas/runtime/index.ts";
import { agents } from "./agents.ts";
import { assign } from "./assign.ts";
import { performances } from "./records.ts";
import { routeTask } from "./steps.ts";

export const handler = worker(routeTask, async (asked) => {
  const now = Date.now();
  const known = await performances(
    agents.map(({ name }) => name),
    now,
  );
  return { consultations: assign(asked, agents, known, new Date(now).toISOString()) };
});
