import { beforeEach, expect, test } from "vitest";
import { again, retry } from "../../../lambdas/runtime/control/run-actions.ts";
import type { StepFunction } from "../../../lambdas/runtime/work/context.ts";
import { openBudget } from "../../../lib/contract/budget.ts";
import { giveUp, StepFailure, waitAndRetry } from "../../../lib/contract/failure.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { never, workHarness } from "./work-harness.ts";

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
  harness.change({ budget: openBudget({ usd: 1, tokens: 10_000 }) });
});
const spends =
  (usd: number, actual: number): StepFunction<any, any> =>
  async (_input, { spend }) =>
    await spend({ usd, tokens: 100 }, async () => ({
      value: { receipt: "ok" },
      actual: { usd: actual, tokens: 90 },
    }));
const call = (at: number, code: StepFunction<any, any>, more = {}) =>
  harness.deliver({ path: `charge[${at}]`, taskToken: `t${at}`, ...more }, code);

test("the actual cost of a call replaces its estimate", async () => {
  await call(1, spends(0.3, 0.1));
  await call(2, spends(0.3, 0.2));
  expect(harness.run().budget).toEqual({
    limit: { usd: 1, tokens: 10_000 },
    free: { usd: 0.7, tokens: 9_820 },
    spent: { usd: 0.3, tokens: 180 },
    reserved: {},
  });
});

test("parallel steps together stay within it: ten of thirty calls are made, the others ask before they call", async () => {
  let made = 0;
  const code: StepFunction<any, any> = async (_input, { spend }) =>
    await spend({ usd: 0.1 }, async () => {
      made++;
      await new Promise(setImmediate);
      return { value: { receipt: "ok" }, actual: { usd: 0.1 } };
    });
  await Promise.all(Array.from({ length: 30 }, (_, at) => call(at, code)));
  expect(made).toBe(10);
  expect(harness.run().budget).toMatchObject({ free: { usd: 0 }, spent: { usd: 1 }, reserved: {} });
  const refused = harness.machines.answers.filter(({ error }) => error === "Millrace.Ask");
  expect(refused).toHaveLength(20);
  expect(JSON.parse(refused[0]!.cause!)).toMatchObject({
    policy: "ask",
    name: "BudgetExceeded",
    message: expect.stringMatching(/needs \$0\.1.* has .*\$0/),
  });
});

const dies: StepFunction<any, any> = async (_input, { spend }) =>
  await spend({ usd: 0.4 }, () => Promise.reject(new Error("the connection broke")));

test("the possible cost of a failed call is charged, so that retries stay within the budget", async () => {
  await call(1, dies);
  expect(harness.run().budget).toMatchObject({ free: { usd: 0.6 }, spent: { usd: 0.4 }, reserved: {} });
  expect(harness.machines.answers[0]).toMatchObject({ cause: expect.stringContaining("connection broke") });
  await call(1, spends(0.4, 0.3), { attempt: 2, taskToken: "again" });
  expect(harness.run().budget).toMatchObject({ free: { usd: 0.3 }, spent: { usd: 0.7 }, reserved: {} });
  for (const attempt of [3, 4, 5, 6]) await call(2, dies, { attempt, taskToken: `t${attempt}` });
  expect(harness.run().budget).toMatchObject({ free: { usd: 0.3 }, spent: { usd: 0.7 } });
  expect(harness.machines.answers.at(-1)).toMatchObject({ error: "Millrace.Ask" });
});

test("a later attempt has its own estimate, whatever an earlier one has spent", async () => {
  await call(1, dies);
  await call(1, spends(50, 50), { attempt: 2, taskToken: "again" });
  expect(harness.run().budget).toMatchObject({ free: { usd: 0.6 }, spent: { usd: 0.4 } });
  expect(harness.machines.answers.at(-1)).toMatchObject({ cause: expect.stringContaining("BudgetExceeded") });
});

test.each([
  ["retry after", 0, waitAndRetry("busy", 1000)],
  ["answered with an error that cost nothing", 0, new StepFailure("retry", "500", { cost: {} })],
  [
    "answered with an error that cost something",
    0.1,
    new StepFailure("retry", "500", { cost: { usd: 0.1 } }),
  ],
])("a call that was %s is settled at once", async (_, usd, failure) => {
  await call(1, async (_input, { spend }) => await spend({ usd: 0.4 }, () => Promise.reject(failure)));
  expect(harness.run().budget).toMatchObject({ free: { usd: 1 - usd }, spent: { usd }, reserved: {} });
});

test("one step may make several calls at once, each under a key of its own", async () => {
  await call(1, async (input, context) => {
    const calls = [spends(0.2, 0.2), spends(0.2, 0.2)].map((code) => code(input, context));
    const [result] = await Promise.all(calls);
    return result;
  });
  expect(harness.run().budget).toMatchObject({ free: { usd: 0.6 }, spent: { usd: 0.4 } });
});

test("without a limit everything may be spent, and is recorded", async () => {
  harness.change({ budget: openBudget() });
  await call(1, spends(1000, 1000));
  expect(harness.run().budget).toMatchObject({ spent: { usd: 1000, tokens: 90 }, free: {} });
});

test("an invalid amount is refused", async () => {
  await call(1, (_input, { spend }) => spend({ usd: Number.NaN }, never) as never);
  expect(harness.machines.answers[0]).toMatchObject({ cause: expect.stringContaining("NaN dollars") });
});

test("an attempt knows when its run was accepted, and the cost of its calls so far", async () => {
  const acceptedAt = "2026-11-21T09:58:00.000Z";
  harness.change({ acceptedAt });
  const seen: unknown[] = [];
  await call(1, spends(0.3, 0.1));
  await call(2, (_input, { soFar }) => {
    seen.push(soFar);
    return { receipt: "ok" };
  });
  expect(seen).toEqual([{ acceptedAt, spent: { usd: 0.1, tokens: 90 } }]);
});

test("what a last attempt may have cost stays spent, for the retried run as well; a restart begins unused", async () => {
  const lost: StepFunction<any, any> = async (_input, { spend }) =>
    await spend({ usd: 0.6 }, () => Promise.reject(giveUp("refused")));
  await call(1, lost);
  const left = { free: { usd: 0.4 }, spent: { usd: 0.6 }, reserved: {} };
  expect(harness.run().budget).toMatchObject(left);
  await call(2, spends(0.5, 0.5));
  expect(JSON.parse(harness.machines.answers.at(-1)!.cause!)).toMatchObject({ name: "BudgetExceeded" });
  const begun = {
    event: { id: "e" },
    acceptedAt: "2026-11-21T09:00:00.000Z",
    input: '{"run":{},"event":{}}',
  };
  const ended = { ...harness.run(), ...begun, status: "failed" } as RunItem;
  const ordered = { by: "ada", why: "", key: "k", at: "2026-11-21T10:00:00.000Z" };
  expect(retry(ordered, 0)(ended).budget).toMatchObject(left);
  expect(again(ordered, 0)(ended).budget).toMatchObject({ free: { usd: 1 }, reserved: {} });
});
