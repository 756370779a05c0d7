import { add, type Budget, describeUsage, partsOf, type Usage } from "../../../lib/contract/budget.ts";
import { ask } from "../../../lib/contract/failure.ts";
import type { Budgets } from "../work/ports.ts";

/**
 * The budget of one attempt of a reaction. A reaction belongs to no run, so the budget is in memory: each
 * attempt has all of it, and the maximum cost of an event is this times the attempts. A call that exceeds it
 * throws a failure that asks a person.
 */
export function budgetOfAttempt(limit: Budget | undefined): Budgets {
  let free: Budget = { ...limit };
  const change = (usage: Usage, sign: 1 | -1) => {
    const changed = add({ usd: 0, tokens: 0, ...free }, usage, sign);
    free = Object.fromEntries(partsOf(free).map((part) => [part, changed[part]]));
  };
  return {
    async reserve(_run, _key, owner, estimate) {
      if (!limit) return { kind: "unlimited" };
      if (partsOf(free).some((part) => free[part]! < estimate[part])) {
        throw ask(
          `A call needs ${describeUsage(estimate)}, and the budget of the attempt has ${describeUsage(free)} left. Raise "budget" of the reaction, deploy, and redrive the dead letter.`,
          { name: "BudgetExceeded" },
        );
      }
      change(estimate, -1);
      return { kind: "reserved", owner, usage: estimate, limit };
    },
    async settle(_run, _key, { usage }, actual) {
      change(add(usage, actual, -1), 1);
    },
  };
}
