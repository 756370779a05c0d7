import { type Budget, describeUsage, toUsage } from "../../../lib/contract/budget.ts";
import { ask, costOfFailure } from "../../../lib/contract/failure.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/** What a paid call returns: its value, and its actual cost. */
export interface Spent<Value> {
  value: Value;
  actual: Budget;
}

/** Makes a call within the run's budget. */
export type Spend = <Value>(estimate: Budget, call: () => Promise<Spent<Value>>) => Promise<Value>;

/**
 * The calls of one attempt. Each reserves its estimate before it is made and settles the actual cost after,
 * so that parallel steps together stay within the budget. A call that fails is settled at its estimate unless the
 * failure says what it cost, since it may have cost all of it. If the worker dies, the reservation stays; the next
 * attempt of the step, whose calls have the same order, settles it at the estimate.
 */
export function spender(
  { message: { run, path }, owner, idempotencyKey }: Effect,
  { budgets }: Pick<WorkPorts, "budgets">,
): Spend {
  let calls = 0;
  return async function spend(estimate, call) {
    const key = `${idempotencyKey}#${calls++}`;
    const reservation = await budgets.reserve(run.id, key, owner, toUsage(estimate));
    if (reservation.kind === "refused") {
      throw ask(
        `${path} needs ${describeUsage(estimate)}, and the budget of the run has ${describeUsage(reservation.free)} left. Raise it and try again, or let the run fail.`,
        { name: "BudgetExceeded" },
      );
    }
    const settle = async (actual: Budget) => {
      if (reservation.kind === "reserved") await budgets.settle(run.id, key, reservation, toUsage(actual));
    };
    const { value, actual } = await call().catch(async (thrown) => {
      await settle(costOfFailure(thrown) ?? estimate);
      throw thrown;
    });
    await settle(actual);
    return value;
  };
}
