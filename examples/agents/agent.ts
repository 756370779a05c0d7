import { reaction } from "../../lambdas/runtime/index.ts";
import { askModel, type ToolUse } from "../../lambdas/runtime/model/index.ts";
import type { AgentSpec } from "./declare.ts";
import { AgentAnswered } from "./events.ts";
import type { Move, ToolCall } from "./protocol.ts";
import type { TakeTurn } from "./turn.ts";
import { openTurnBudget, TurnBudgetExceeded } from "./turn-budget.ts";

/**
 * The Lambda handler of an agent: `export const handler = agent(kbSearch, searchKnowledgeBase)`. A turn whose
 * model calls might exceed its budget hands over.
 */
export function agent(spec: AgentSpec, takeTurn: TakeTurn) {
  return reaction(spec.reaction, async (asked, context) => {
    const { turnId, capability, task, payload, said } = asked;
    const { spend, spent } = openTurnBudget(asked.usd - spec.priceUsd);
    const calls: ToolCall[] = [];
    const move = await takeTurn({ capability, payload, task }, said, {
      ask: (prompt, input, tools = []) =>
        askModel(
          prompt,
          input,
          { ...context, spend },
          { tools, onToolUse: (use) => calls.push(callOf(use)) },
        ),
    }).catch(handOverIfSpent);
    context.log.info(`${spec.name}: ${move.kind}`, { task: task.taskId, turnId });
    const usd = spec.priceUsd + spent();
    await context.emit(AgentAnswered, { turnId, agent: spec.name, move, usd, calls });
  });
}

function handOverIfSpent(error: unknown): Move {
  if (error instanceof TurnBudgetExceeded) return { kind: "hand-over", why: error.message };
  throw error;
}

/** A call for the page that explains an answer: long texts are shortened. */
function callOf({ tool, input, outcome }: ToolUse): ToolCall {
  const excerpt = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 500);
  return {
    tool,
    given: excerpt(input),
    got: excerpt("refused" in outcome ? outcome.refused : outcome.value),
  };
}
