import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { CallFault } from "../../../local/simulation/faults.ts";
import { type Simulation, simulate } from "../../../testing/index.ts";
import { sharedApp } from "../../shared-app.ts";
import { OrderPlaced, OrderReturned, sell, takeBack } from "./app/definitions.ts";

/** What docs/how-a-run-works.md says about one event, one step, a crash, a duplicate and a redelivery. */
let assembly: string;
beforeAll(() => {
  const handlers = join(import.meta.dirname, "app");
  assembly = sharedApp("one-step", "Shop", { workflows: [sell, takeBack], handlers });
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

/** Calls of the bank: the key of each, and when, in seconds. */
let calls: { key: string | undefined; at: number }[];

async function open(...faults: CallFault[]): Promise<void> {
  calls = [];
  let start = 0;
  cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    outside: ({ headers }) => {
      calls.push({ key: headers["idempotency-key"], at: (cloud.now() - start) / 1000 });
      return { status: 200, body: '{"payment":"p-1"}' };
    },
    faults: { calls: faults },
  });
  start = cloud.now();
}

async function itemsOf(kind: string): Promise<Record<string, any>[]> {
  const { MillraceTable } = await cloud.outputs("Shop");
  const { Items } = await cloud.call("dynamodb", "Scan", { TableName: MillraceTable });
  return Items.filter((item: any) => item.kind.S === kind);
}

const order = { order: "o-1", amount: 20 };
const key = (run: string, step: string) => `work#${run}#claim#1#${step}#do`;

test("an event is one run, one claim and one call", async () => {
  await open();
  const { run } = await cloud.send(OrderPlaced, order);
  expect(await cloud.waitUntil(run, "succeeded")).toMatchObject({ output: { payment: "p-1" } });
  expect(run).toMatch(/^sell-[a-z2-7]{26}$/);
  expect(calls).toEqual([{ key: key(run, "charge"), at: 0 }]);
  expect(await itemsOf("claim")).toMatchObject([
    { pk: { S: `work#${run}` }, sk: { S: "claim#1#charge#do" }, state: { S: "done" }, revision: { N: "2" } },
  ]);
  const started = Date.parse("2026-01-01T00:00:00.000Z");
  const [claim] = await itemsOf("claim");
  expect(Number(claim!.lease.N) - started).toBe(30_000);
  const story = await cloud.story(run);
  for (const name of ["run.accepted", "run.started", "step.started", "step.completed", "run.succeeded"])
    expect(story.split(name)).toHaveLength(2);
});

test("a worker that dies after its call repeats it under the same key", async () => {
  await open({ kind: "crash-after", function: "charge", operation: "outside", on: 1 });
  const { run } = await cloud.send(OrderPlaced, order);
  expect(await cloud.run(run)).toMatchObject({ steps: { charge: { state: "running", attempt: 1 } } });
  await cloud.waitUntil(run, "succeeded");
  expect(calls).toEqual([
    { key: key(run, "charge"), at: 0 },
    { key: key(run, "charge"), at: 150 },
  ]);
  expect((await cloud.story(run)).split("step.started")).toHaveLength(3);
  expect(await itemsOf("claim")).toMatchObject([{ state: { S: "done" }, attempt: { N: "1" } }]);
});

test('with `onLeaseExpiry: "ask"`, a person decides instead', async () => {
  await open({ kind: "crash-after", function: "refund", operation: "outside", on: 1 });
  const { run } = await cloud.send(OrderReturned, order);
  await cloud.waitUntil(run, "waiting");
  expect(calls).toHaveLength(1);
  expect(await itemsOf("claim")).toMatchObject([
    { state: { S: "failed" }, failure: { M: { name: { S: "LeaseExpired" }, policy: { S: "ask" } } } },
  ]);
  await cloud.approve(run);
  await cloud.waitUntil(run, "succeeded");
  expect(calls.map((call) => call.key)).toEqual([key(run, "refund"), key(run, "refund")]);
});

test("a message that is delivered again after its effect is answered from the claim", async () => {
  await open({ kind: "crash-before", function: "charge", operation: "states:SendTaskSuccess", on: 1 });
  const { run } = await cloud.send(OrderPlaced, order);
  await cloud.waitUntil(run, "succeeded");
  expect(calls).toHaveLength(1);
  expect((await cloud.story(run)).split("step.completed")).toHaveLength(2);
});

test("a duplicate event starts nothing, and one with another payload is quarantined", async () => {
  await open();
  const { run } = await cloud.send(OrderPlaced, order);
  await cloud.waitUntil(run, "succeeded");
  expect(await cloud.send(OrderPlaced, order)).toMatchObject({ runs: [] });
  await cloud.settle();
  expect(await itemsOf("quarantine")).toEqual([]);
  expect(await cloud.send(OrderPlaced, { ...order, amount: 21 })).toMatchObject({ runs: [] });
  await cloud.settle();
  expect(await itemsOf("quarantine")).toMatchObject([{ reason: { S: "contradiction" } }]);
  const states = (await itemsOf("delivery")).map(({ state }) => state.S);
  expect(states.sort()).toEqual(["done", "duplicate", "quarantined"]);
  expect(calls).toHaveLength(1);
});
