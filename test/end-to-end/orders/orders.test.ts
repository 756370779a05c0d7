import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, test } from "vitest";
import { recordRun } from "../../../bin/recorded-run.ts";
import { executionRecords } from "../../../lambdas/runtime/aws/runs/execution-records.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { SimulationOptions } from "../../../local/simulate.ts";
import { replayOf } from "../../contract/recording/replayed.ts";
import { seeds, soaking, sweepCalls } from "../../seeds.ts";
import { expectEmptyQueues } from "../queues.ts";
import { expectBalance, openShop, ordersAssembly, type Shop, type Style } from "./shops.ts";

ordersAssembly();

let shop: Shop;
afterEach(() => shop.cloud.close());

/** Orders of each kind; of the books, there are enough for two of these three. */
const ORDERS = {
  good: {},
  unpaid: { card: "poor" },
  unreachable: { address: " " },
  first: { sku: "book" },
  second: { sku: "book" },
  third: { sku: "book" },
};

/** Sends every order twice, the second time in another order of orders. */
async function trade(style: Style, options: Partial<SimulationOptions> = {}): Promise<void> {
  shop = await openShop(style, options);
  const names = Object.keys(ORDERS) as (keyof typeof ORDERS)[];
  for (const order of [...names, ...names.toReversed()]) await shop.place(order, ORDERS[order]);
}

describe.each<Style>(["Orchestrated", "Choreographed"])("orders, %s", (style) => {
  test("are shipped or cancelled, and a cancelled order returns what it has taken", async () => {
    await trade(style);
    await shop.cloud.advance("1 hour");
    const shipped = await expectBalance(shop, Object.keys(ORDERS));
    expect(shipped).toHaveLength(3);
    expect(shipped).toContain("good");
    const { done } = await shop.books();
    expect(done("unpaid")).toEqual(["cancel", "release", "reserve"]);
    expect(done("unreachable")).toEqual(["cancel", "charge", "refund", "release", "reserve"]);
    await expectEmptyQueues(shop.cloud);
  });

  test.each(seeds([1], 50))(
    "keep the same balance with all faults: seed %i",
    async (seed) => {
      await trade(style, {
        seed,
        faults: {
          duplicates: 0.3,
          delays: { chance: 0.3, upTo: "90 seconds" },
          interleave: true,
          calls: [
            // After a service has done its part, and before that is recorded.
            { kind: "crash-after", operation: "dynamodb:TransactWriteItems", chance: 0.3 },
            { kind: "throttle", chance: 0.02 },
            { kind: "error", chance: 0.01 },
            { kind: "lost", chance: 0.04 },
            { kind: "crash-before", chance: 0.01 },
            { kind: "crash-after", chance: 0.02 },
          ],
        },
      });
      await shop.cloud.advance("10 hours");
      const shipped = await expectBalance(shop, Object.keys(ORDERS));
      expect(shipped).toContain("good");
      await expectEmptyQueues(shop.cloud);
    },
    120_000,
  );
});

test("every run takes the same path when it is replayed, and so does its compensation", async () => {
  await trade("Orchestrated", {
    faults: { duplicates: 0.3, interleave: true, calls: [{ kind: "crash-after", chance: 0.05 }] },
  });
  await shop.cloud.advance("10 hours");
  const runs = (await shop.items()).filter(({ kind }) => kind === "run") as RunItem[];
  const records = executionRecords(shop.cloud.client(SFNClient));
  const executions = [];
  for (const run of runs) executions.push(...(await recordRun(run, records))!.executions);
  expect(executions.map(({ of }) => of).filter((of) => of === "compensation")).toHaveLength(3);
  for (const execution of executions)
    expect(await replayOf(execution), execution.arn).toMatch(/^the same path/);
});

test.each(["charge-card"])(
  "a crash of the reaction %s before or after any of its calls is repaired by the redelivery",
  async (name) => {
    const crashed = async (kind: "crash-before" | "crash-after", on: number) => {
      shop = await openShop("Choreographed", {
        faults: { calls: [{ kind, function: `Reaction ${name}`, on }] },
      });
      await shop.place("good");
      await shop.cloud.advance("1 hour");
      expect(await expectBalance(shop, ["good"])).toEqual(["good"]);
      await expectEmptyQueues(shop.cloud);
      const happened = shop.cloud.calls.some(({ trouble }) => trouble === kind);
      if (happened) await shop.cloud.close();
      return happened;
    };
    // A crash before a call is a crash after the one before it: the suite has that of the first call only.
    expect(await crashed("crash-before", 1)).toBe(true);
    const calls = await sweepCalls(1, async (call) => {
      const found = await crashed("crash-after", call);
      if (found && soaking) expect(await crashed("crash-before", call)).toBe(true);
      return found;
    });
    expect(calls).toBeGreaterThan(3);
  },
  240_000,
);
