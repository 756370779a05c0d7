import { worker } from "../../lambdas/runtime/index.ts";
import { agents } from "./agents.ts";
import { leavePlace, performances } from "./records.ts";
import { weighMove } from "./steps.ts";
import { weigh } from "./weigh.ts";

export const handler = worker(weighMove, async ({ consultation, asked, answered }) => {
  const now = Date.now();
  await leavePlace(consultation.agent, asked.place);
  const asks = answered?.move.kind === "ask";
  const known = asks
    ? await performances(
        agents.map(({ name }) => name),
        now,
      )
    : new Map();
  return weigh(consultation, asked.said, answered ?? undefined, {
    agents,
    known,
    now: new Date(now).toISOString(),
  });
});
