import { rmSync } from "node:fs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Faults, type LimitFigures, type Simulation, simulate } from "../../../local/simulate.ts";
import { archivedEvents } from "../archived-events.ts";
import { expectEmptyQueues } from "../queues.ts";
import { keepBooks, sendMail } from "../replays/shop/definitions.ts";
import { synthesize } from "../replays/shop.ts";

/** What the shop does for a burst of orders where an account's limits are far below it: later, and all of it. */
const ORDERS = 6;

let assembly: string;
beforeAll(() => {
  assembly = synthesize(sendMail, keepBooks);
}, 120_000);
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

let cloud: Simulation;
const reports: string[] = [];
afterEach(async () => {
  await cloud.close();
  reports.length = 0;
});

/** Calls take some time, so that functions run side by side. */
const TIMELY: Faults = { calls: [{ kind: "slow", for: "20 milliseconds" }] };

async function open(limits: LimitFigures, faults: Faults = {}): Promise<void> {
  const report = (line: string) => void reports.push(line);
  cloud = await simulate(assembly, { seed: 1, schedules: false, limits, faults, report });
}

async function placeOrders(): Promise<void> {
  const { MillraceBus: EventBusName } = await cloud.outputs("Shop");
  const orders = Array.from({ length: ORDERS }, (_, number) => ({ orderId: `o-${number}`, cents: 100 }));
  for (let start = 0; start < ORDERS; start += 3) {
    const Entries = orders.slice(start, start + 3).map((order) => ({
      EventBusName,
      Source: "shop",
      DetailType: "order.placed",
      Detail: JSON.stringify(order),
    }));
    await cloud.call("events", "PutEvents", { Entries });
  }
}

const items = async () => {
  const { MillraceTable: TableName } = await cloud.outputs("Shop");
  const found: Record<string, any>[] = [];
  let ExclusiveStartKey: object | undefined;
  do {
    const page = await cloud.call("dynamodb", "Scan", { TableName, ExclusiveStartKey });
    found.push(...page.Items.map((item: any) => unmarshall(item)));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
};
/** Every order is packed, announced and booked, under one key each; nothing was given up, and nothing waits. */
async function expectAllDone(): Promise<void> {
  const statuses = (await items()).filter(({ kind }) => kind === "run").map(({ status }) => status);
  expect(statuses).toEqual(Array(ORDERS).fill("succeeded"));
  const done = archivedEvents(cloud, "shop.done");
  const keys = new Set(done.map(({ detail }) => `${detail.what} ${detail.orderId} ${detail.key}`));
  expect(keys.size).toBe(3 * ORDERS);
  await expectEmptyQueues(cloud);
  expect(reports).toEqual([]);
}

describe("a burst beyond a limit is processed later, and none of it is lost", () => {
  const every = (seconds: number) => ({ burst: 1, perSecond: 1 / seconds });
  const table = { tableWrites: 4, tableReads: 2 };
  // A claim with the place and the code of a failure takes more than one write unit.
  const partition = { partitionWrites: { burst: 2, perSecond: 0.25 }, partitionReads: every(1) };
  const bus = { putEvents: { burst: 2, perSecond: 0.2 }, targetInvocations: every(1) };
  test.each<[string, LimitFigures, Faults]>([
    ["starts of executions", { startExecution: every(60) }, {}],
    ["answers to steps", { sendTask: every(90) }, {}],
    ["states, executions at once", { stateTransitions: every(2), openExecutions: 2 }, TIMELY],
    ["functions at once", { concurrency: 2 }, TIMELY],
    ["how fast functions scale", { scaling: every(60) }, TIMELY],
    ["the bus", bus, {}],
    ["a partition", partition, {}],
    ["the table", table, {}],
  ])(
    "%s",
    async (_name, limits, faults) => {
      await open(limits, faults);
      await placeOrders();
      await cloud.advance("2 hours");
      const met = Object.entries(cloud.limits()).filter(([, { throttled }]) => throttled > 0);
      expect(met.map(([name]) => name).sort()).toEqual(Object.keys(limits).sort());
      await expectAllDone();
    },
    60_000,
  );
});

test("the same seed makes the same history under limits", async () => {
  const history = async () => {
    await open({ startExecution: { burst: 3, perSecond: 0.2 }, tableWrites: 20, concurrency: 3 }, TIMELY);
    await placeOrders();
    await cloud.advance("1 hour");
    return JSON.stringify([cloud.calls, cloud.limits(), await items()]);
  };
  const first = await history();
  await cloud.close();
  expect((await history()) === first).toBe(true);
}, 60_000);
