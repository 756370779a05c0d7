import { expect, test } from "vitest";
import { openTurnBudget, TurnBudgetExceeded } from "../../../examples/agents/turn-budget.ts";

const call = (usd: number) => async () => ({ value: "answer", actual: { usd, tokens: 10 } });

test("a turn spends the actual cost of calls, and makes no call that might exceed the rest", async () => {
  const { spend, spent } = openTurnBudget(0.1);
  expect(await spend({ usd: 0.08 }, call(0.03))).toBe("answer");
  expect(await spend({ usd: 0.07 }, call(0.05))).toBe("answer");
  expect(spent()).toBeCloseTo(0.08, 9);
  let made = false;
  const third = spend({ usd: 0.03 }, async () => {
    made = true;
    return { value: "answer", actual: { usd: 0.01 } };
  });
  await expect(third).rejects.toThrow(TurnBudgetExceeded);
  expect({ made, spent: spent() }).toEqual({ made: false, spent: 0.08 });
});

test("free calls are never refused", async () => {
  expect(await openTurnBudget(0).spend({ usd: 0 }, call(0))).toBe("answer");
});
