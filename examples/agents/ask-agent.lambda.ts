import { worker } from "../../lambdas/runtime/index.ts";
import { AgentAsked } from "./events.ts";
import { placeOf, takePlace } from "./records.ts";
import { askAgent } from "./steps.ts";
import { costOf, withReplies } from "./with-replies.ts";

export const handler = worker(askAgent, async ({ consultation, turn, talk }, { emit }) => {
  const { consultationId, agent, capability, task, payload, usd } = consultation;
  const said = withReplies(talk.weighed.said, talk.replies);
  const turnId = `${consultationId}#${turn}`;
  const place = placeOf(turnId, new Date().toISOString());
  await takePlace(agent, place);
  await emit(AgentAsked, { turnId, agent, capability, task, payload, said, usd: usd - costOf(said) });
  return { turnId, place, said };
});
