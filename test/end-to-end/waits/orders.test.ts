import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, expect, test } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { openShop, type Shop, shopAssembly } from "./shop.ts";

shopAssembly();

let shop: Shop;
afterEach(() => shop.cloud.close());

let orders = 0;
/** What an operator orders for the run of an order of goods. */
async function order(action: string): Promise<void> {
  const { MillraceControl } = await shop.cloud.outputs("Shop");
  const control = controlFunction(MillraceControl!, shop.cloud.client(LambdaClient));
  const { run } = await shop.run("fulfil-order");
  const command = { action, by: "ada", why: "test", key: `k${++orders}`, target: { run } } as Command;
  const [answer] = await Promise.all([control(command), shop.cloud.settle()]);
  expect(answer).toMatchObject({ done: true });
}

/** Runs of a workflow with their epochs: "running e1". */
async function statuses(workflow: string): Promise<string[]> {
  const runs = (await shop.items("run")).filter((run) => run.workflow === workflow);
  return runs.map(({ status, epoch }) => `${status} e${epoch}`);
}

test("a termination that is delivered again does not end the epoch that a retry began", async () => {
  const crash = { kind: "crash-before", operation: "dynamodb:BatchExecuteStatement", on: 1 } as const;
  shop = await openShop({
    seed: 3,
    faults: { calls: [{ ...crash, function: "Carries out operator actions" }] },
  });
  await shop.send("order.placed", { orderId: "o1", address: "here" });
  await shop.cloud.advance("1 minute");
  await shop.send("order.cancelled", { orderId: "o1" });
  await shop.cloud.advance("20 seconds");
  expect(await statuses("fulfil-order")).toEqual(["terminated e1"]);
  await order("retry");
  await shop.cloud.advance("30 minutes");
  expect(shop.cloud.calls.filter(({ trouble }) => trouble === "crash-before")).toHaveLength(1);
  expect(await statuses("fulfil-order")).toEqual(["running e2"]);
});

test.each(["terminate", "pause"])(
  "a call of another workflow that is late begins nothing after %s",
  async (action) => {
    const slow = { kind: "slow", for: "20 seconds", operation: "dynamodb:BatchGetItem" } as const;
    const waits = "Delivers events to the runs that wait for them";
    shop = await openShop({ seed: 3, faults: { calls: [{ ...slow, function: waits }] } });
    await shop.send("order.placed", { orderId: "o1", address: "here" });
    await shop.cloud.advance("2 minutes");
    await shop.send("order.paid", { orderId: "o1", amount: 5 });
    await shop.cloud.advance("10 seconds");
    await order(action);
    await shop.cloud.advance("30 minutes");
    expect(await statuses("ship-parcel")).toEqual([]);
    if (action === "terminate") return;
    await order("resume");
    await shop.cloud.advance("30 minutes");
    expect(await statuses("ship-parcel")).toEqual(["succeeded e1"]);
  },
);
