import { worker } from "../../lambdas/runtime/index.ts";
import { agents } from "./agents.ts";
import { aggregate, opinionsOf } from "./aggregate.ts";
import { aggregateOpinions } from "./steps.ts";

export const handler = worker(aggregateOpinions, ({ task, round, work, routed, outcomes }) => {
  const opinions = [...work.opinions, ...opinionsOf(routed.consultations, outcomes)];
  return { opinions, verdict: aggregate(task, opinions, round, agents, new Date().toISOString()) };
});
