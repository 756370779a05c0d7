import { reaction } from "../../lambdas/runtime/index.ts";
import { askModel } from "../../lambdas/runtime/model/index.ts";
import type { AgentSpec } from "./declare.ts";
import { AgentAnswered } from "./events.ts";
import type { Move } from "./protocol.ts";
import { openPurse, PurseEmpty } from "./purse.ts";
import type { TakeTurn } from "./turn.ts";

/**
 * The Lambda handler of an agent: `export const handler = agent(kbSearch, searchKnowledgeBase)`. A turn whose model might cost more than
 * it may spend hands over.
 */
export function agent(spec: AgentSpec, takeTurn: TakeTurn) {
  return reaction(spec.reaction, async (asked, context) => {
    const { turnId, capability, task, payload, said } = asked;
    const { spend, spent } = openPurse(asked.usd - spec.priceUsd);
    const move = await takeTurn({ capability, payload, task }, said, {
      ask: (prompt, input) => askModel(prompt, input, { ...context, spend }),
    }).catch(handOverIfSpent);
    context.log.info(`${spec.name}: ${move.kind}`, { task: task.taskId, turnId });
    await context.emit(AgentAnswered, { turnId, agent: spec.name, move, usd: spec.priceUsd + spent() });
  });
}

function handOverIfSpent(error: unknown): Move {
  if (error instanceof PurseEmpty) return { kind: "hand-over", why: error.message };
  throw error;
}
