import type { AskContext } from "../../lambdas/runtime/model/index.ts";

/** A call of a model may cost more than a turn has left. */
export class TurnBudgetExceeded extends Error {
  override name = "TurnBudgetExceeded";
}

/**
 * The budget of a turn for models, in dollars: what the consultation has left, which differs from turn to
 * turn, so it cannot be the `budget` of the reaction. Throws TurnBudgetExceeded instead of making a call that might
 * cost more.
 */
export function openTurnBudget(limit: number): { spend: AskContext["spend"]; spent(): number } {
  let spent = 0;
  return {
    spent: () => spent,
    async spend({ usd: estimate = 0 }, call) {
      const left = limit - spent;
      if (estimate > left)
        throw new TurnBudgetExceeded(
          `A call of the model may cost $${estimate}; the turn has $${left} left.`,
        );
      const { value, actual } = await call();
      spent += actual.usd ?? 0;
      return value;
    },
  };
}
