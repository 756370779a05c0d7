import { beforeEach, expect, test } from "vitest";
import { matchWaiters } from "../../../lambdas/runtime/wait/match-waiters.ts";
import type { WaitPorts } from "../../../lambdas/runtime/wait/ports.ts";
import { childWaiter, eventWaiter } from "../../../lambdas/runtime/wait/waiters.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { CallChild, WaitForEvent } from "../../../lib/contract/messages/wait-message.ts";
import type { AwaitedEventItem, RunItem, WaiterItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";
import { memoryStates, memoryWaits } from "../memory/memory-waits.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";

/** Waiters and events that meet, and what a look at them costs. */
const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const POINT = { event: "order.paid", key: "o1" };

const run = (id: string): RunReference => ({
  id,
  workflow: "w",
  epoch: 1,
  version: "v",
  event: "e",
  correlation: "c",
  hops: 0,
});

let harness: ReturnType<typeof setUp>;
beforeEach(() => {
  harness = setUp();
});

function setUp() {
  const table = memoryWaits(() => NOW);
  const states = memoryStates();
  const runs = new Map<string, Partial<RunItem>>();
  const files = new Map<string, Uint8Array>();
  let looks = 0;
  let answers = 0;
  const ports = {
    ...states,
    ...memoryObservation(),
    waits: {
      ...table.waits,
      meeting: (...about: Parameters<typeof table.waits.meeting>) => {
        looks++;
        return table.waits.meeting(...about);
      },
    },
    executions: {
      ...states.executions,
      succeed: (token: string, output: string) => {
        answers++;
        return states.executions.succeed(token, output);
      },
    },
    runs: { read: async (id: string) => runs.get(id) as RunItem | undefined },
    artifacts: (workflow: string, id: string) => memoryArtifacts(`${workflow}/${id}/`, files).artifacts,
    now: () => NOW,
  } as unknown as WaitPorts;
  return { ports, table, states, runs, looks: () => looks, answers: () => answers };
}

const wait = async (id: string, more: Partial<WaiterItem> = {}) => {
  const message = { kind: "event", ...POINT, path: "paid", taskToken: id, run: run(id), attempt: 1 };
  const waiter = eventWaiter({ ...message, entered: "2026-11-21T09:00:00.000Z" } as WaitForEvent, NOW);
  await harness.ports.waits.put(undefined, { ...waiter, ...more });
};

const pay = async (id: string, more: Partial<AwaitedEventItem> = {}) => {
  const item: AwaitedEventItem = {
    pk: (await aWaiter()).pk,
    sk: `event#${id}`,
    kind: "awaited-event",
    ...POINT,
    id,
    time: "2026-11-21T09:30:00Z",
    payload: { id },
    correlation: "c",
    cause: id,
    hops: 0,
    revision: 1,
    changedAt: "",
    expiresAt: NOW / 1000 + 60,
    ...more,
  };
  await harness.ports.waits.put(undefined, item);
};

const aWaiter = async () => (harness.table.all() as WaiterItem[]).find(({ kind }) => kind === "waiter")!;

test("a wait that is answered costs one look", async () => {
  await wait("a");
  await pay("e1");
  await matchWaiters(POINT, undefined, harness.ports);
  expect(harness.states.answers).toEqual([{ token: "a", output: '{"id":"e1"}' }]);
  expect((await aWaiter()).state).toBe("delivered");
  expect(harness.looks()).toBe(1);
});

test("of many runs that wait for an event, each is answered once", async () => {
  const all = Array.from({ length: 45 }, (_, at) => `run-${at}`);
  for (const id of all) await wait(id);
  await pay("e1");
  await matchWaiters(POINT, undefined, harness.ports);
  expect(harness.states.answers.map(({ token }) => token).sort()).toEqual(all.sort());
  expect(harness.answers()).toBe(all.length);
  expect(harness.looks()).toBe(1);
});

test("a match whose answer was not sent is answered by the next look", async () => {
  await wait("a", { state: "matched", taken: "e1" });
  await pay("e1");
  await matchWaiters(POINT, undefined, harness.ports);
  expect(harness.states.answers).toEqual([{ token: "a", output: '{"id":"e1"}' }]);
});

test("a call whose run was retried keeps its match until that ends, and costs one read", async () => {
  const message = { kind: "child", path: "call", taskToken: "t", run: run("a"), workflow: "called" };
  const call = { ...message, entered: "2026-11-21T09:00:00.000Z", attempt: 1, event: "x", version: 1 };
  const waiter = childWaiter({ ...call, payload: {} } as unknown as CallChild, "child", NOW);
  await harness.ports.waits.put(undefined, { ...waiter, state: "matched", taken: "e1" });
  const point = { event: waiter.event, key: waiter.key };
  await pay("e1", point);
  harness.runs.set("child", { run: "child", status: "running", epoch: 2 });
  await matchWaiters(point, undefined, harness.ports);
  expect(harness.states.answers).toEqual([]);
  expect((await aWaiter()).state).toBe("matched");
  expect(harness.looks()).toBe(1);
});

test("a waiter that always changes is left to the next delivery of the message", async () => {
  await wait("a");
  await pay("e1");
  const ports = { ...harness.ports, waits: { ...harness.ports.waits, consume: async () => false } };
  await expect(matchWaiters(POINT, undefined, ports)).rejects.toThrow(/order\.paid "o1"\. Try again/);
  expect(harness.states.answers).toEqual([]);
  expect(harness.looks()).toBeLessThan(100);
});

test("a waiter that another delivery changes meanwhile is read again", async () => {
  await wait("a");
  await pay("e1");
  let refused = 0;
  const consume: WaitPorts["waits"]["consume"] = async (before, after) =>
    refused++ === 0 ? false : await harness.ports.waits.consume(before, after);
  await matchWaiters(POINT, undefined, { ...harness.ports, waits: { ...harness.ports.waits, consume } });
  expect(harness.states.answers).toEqual([{ token: "a", output: '{"id":"e1"}' }]);
});

test("an event whose wait was left goes to the next wait of the run, in the same delivery", async () => {
  await wait("left", { fence: 1, consumer: "r" });
  await wait("next", { fence: 2, consumer: "r" });
  await pay("e1");
  harness.states.timeOut("left");
  await matchWaiters(POINT, undefined, harness.ports);
  expect(harness.states.answers).toEqual([{ token: "next", output: '{"id":"e1"}' }]);
});

test("a wait is kept for longer than an execution can last, and only a call is published", async () => {
  await wait("a");
  const waiter = await aWaiter();
  const days = (waiter.expiresAt - NOW / 1000) / (24 * 60 * 60);
  expect(days).toBeGreaterThan(365);
  expect(days).toBeLessThan(400);
  expect(waiter.unpublished).toBeUndefined();
  const message = { kind: "child", path: "call", taskToken: "t", run: run("a"), workflow: "called" };
  const call = { ...message, entered: "2026-11-21T09:00:00.000Z", attempt: 1, event: "x", version: 1 };
  const called = childWaiter({ ...call, payload: {} } as unknown as CallChild, "child", NOW);
  expect(shardsOf("unpublished")).toContain(called.unpublished);
});
