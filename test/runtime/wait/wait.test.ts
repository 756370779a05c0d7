import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { resend } from "../../../lambdas/runtime/defer/resend.ts";
import type { DeliveryReceipt } from "../../../lambdas/runtime/ledger/receipt.ts";
import { offload } from "../../../lambdas/runtime/payload/offload.ts";
import { restore } from "../../../lambdas/runtime/payload/restore.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { receive } from "../../../lambdas/runtime/wait/receive.ts";
import { noteEnd, wait } from "../../../lambdas/runtime/wait/wait.ts";
import { defineEvent, upcast } from "../../../lib/contract/event.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { CallChild, WaitMessage } from "../../../lib/contract/messages/wait-message.ts";
import { lostWay } from "../../../lib/contract/race.ts";
import type {
  ControlItem,
  DeferredItem,
  DeployedQueueItem,
  QuarantineItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";
import { memoryRaces, memoryStates, memoryTerminator, memoryWaits } from "../memory/memory-waits.ts";
import { memoryArtifacts, memoryDeferred, memoryQueues } from "../memory/memory-work.ts";

const DEPLOYED = { read: async () => ({ queueUrl: "waits" }) as DeployedQueueItem };

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const DAYS = 90;

const Earlier = defineEvent("order.paid", { version: 1, schema: z.object({ order: z.string() }) });
const Paid = defineEvent("order.paid", {
  version: 2,
  schema: z.object({ order: z.string(), amount: z.number() }),
  earlier: upcast(Earlier, ({ order }) => ({ order, amount: 0 })),
  key: ({ order }) => order,
});
const Noted = defineEvent("order.noted", {
  version: 1,
  schema: z.looseObject({ order: z.string() }),
  key: ({ order }) => order,
});
const Reminded = defineEvent("customer.reminded", { version: 1, schema: z.object({ text: z.string() }) });

let harness: ReturnType<typeof setUp>;
beforeEach(() => {
  harness = setUp();
});

function setUp() {
  const table = memoryWaits(() => NOW);
  const states = memoryStates();
  const terminations = memoryTerminator();
  const runs = new Map<string, RunItem>();
  const files = new Map<string, Uint8Array>();
  const quarantined: QuarantineItem[] = [];
  const receipts: DeliveryReceipt[] = [];
  const aside = new Map<string, TableItem>();
  const controls = new Map<string, Partial<ControlItem>>();
  const keyOf = ({ pk, sk }: ItemKey) => `${pk}|${sk}`;
  const queues = memoryQueues();
  const raced = memoryRaces();
  const ports = {
    startConditions: {
      read: async (
        run: string,
        workflow: string,
        _breaker: undefined,
        { place }: { place?: { epoch: number; path: string } } = {},
      ) => ({
        run: runs.get(run),
        workflow: controls.get(workflow) as ControlItem | undefined,
        breaker: undefined,
        lost: place && lostWay(place, [...raced.decided.values()]),
      }),
    },
    deferred: memoryDeferred({
      get: (key) => aside.get(keyOf(key)),
      put: (item) => void aside.set(keyOf(item), item),
      remove: (key) => aside.delete(keyOf(key)),
    }),
    wakeups: queues.wakeups,
    retentionDays: DAYS,
    owner: "delivery",
    waits: table.waits,
    races: raced.races,
    ...states,
    ...terminations,
    ...memoryObservation(),
    runs: { read: async (run: string) => runs.get(run) },
    artifacts: (workflow: string, run: string) => memoryArtifacts(`${workflow}/${run}/`, files).artifacts,
    quarantine: { keep: async (item: QuarantineItem) => void quarantined.push(item) },
    deliveries: { record: async (receipt: DeliveryReceipt) => void receipts.push(receipt) },
    now: () => NOW,
  };
  const note = (item: Partial<RunItem>) => runs.set(item.run!, { epoch: 1, ...item } as RunItem);
  note({ run: "r", status: "running" });
  return {
    table,
    states,
    raced,
    terminations,
    quarantined,
    receipts,
    ports,
    note,
    runs,
    controls,
    queues,
    aside: () => [...aside.values()] as DeferredItem[],
    published: () =>
      table.changes.flatMap(({ before, after }) =>
        eventsOf(before, after).map(({ name, data }) => ({ name, data }) as { name: string; data: any }),
      ),
  };
}

const run = (more: Partial<RunReference> = {}): RunReference => ({
  id: "r",
  workflow: "w",
  epoch: 1,
  version: "v",
  event: "e",
  correlation: "c",
  hops: 2,
  ...more,
});
const entered = "2026-11-21T09:00:00.000Z";

const send = (message: WaitMessage) => wait(message, DAYS, harness.ports);
const waitFor = (path: string, token: string, more: object = {}) =>
  send({
    kind: "event",
    event: "order.paid",
    key: "o1",
    path,
    taskToken: token,
    run: run(),
    entered,
    attempt: 1,
    ...more,
  } as WaitMessage);

const deliver = (detail: object, more: object = {}) => {
  const event = { id: "e1", "detail-type": "order.paid", source: "shop", time: entered, detail, ...more };
  const awaited = { events: [Paid, Reminded, Noted], retentionDays: DAYS };
  return receive(event, JSON.stringify(event), awaited, harness.ports);
};
const payment = { order: "o1", amount: 5, millrace: { id: "p1", version: 2 } };

const outputs = () => harness.states.answers.map(({ token, output }) => [token, JSON.parse(output!)]);

describe("events", () => {
  test("are converted from an earlier version, and answer with their payload", async () => {
    await waitFor("payment", "t1");
    await deliver({ order: "o1", millrace: { version: 1 } });
    expect(outputs()).toEqual([["t1", { order: "o1", amount: 0 }]]);
  });

  test("have the subject for a key where the contract names none; without either they are quarantined", async () => {
    await waitFor("reminded", "t1", { event: "customer.reminded", key: "ada" });
    const about = { "detail-type": "customer.reminded" };
    await deliver({ text: "hello", millrace: { subject: "ada" } }, about);
    expect(outputs()).toEqual([["t1", { text: "hello" }]]);
    await deliver({ text: "hello" }, { ...about, id: "e2" });
    expect(harness.quarantined).toMatchObject([
      { reason: "contract", findings: [{ path: "millrace.subject" }] },
    ]);
  });

  test("of an unknown version, of a broken payload, or too large for a state machine are quarantined", async () => {
    await waitFor("payment", "t1");
    await deliver({ order: "o1", millrace: { version: 3 } });
    await deliver({ order: "o1", amount: "x", millrace: { version: 2 } });
    await deliver(
      { text: "x".repeat(256 * 1024), millrace: { subject: "s" } },
      { "detail-type": "customer.reminded" },
    );
    expect(harness.quarantined.map(({ reason }) => reason)).toEqual([
      "unknown-version",
      "contract",
      "contract",
    ]);
    expect(outputs()).toEqual([]);
  });

  test("without a match are late only after all their waiters have ended", async () => {
    await waitFor("payment", "t1");
    await deliver(payment);
    await deliver({ ...payment, millrace: { id: "p2", version: 2 } });
    expect(harness.published()).toEqual([]);
    harness.note({ run: "r", status: "failed" });
    await deliver({ ...payment, millrace: { id: "p3", version: 2 } });
    await deliver({ ...payment, millrace: { id: "p3", version: 2 } });
    expect(harness.published()).toMatchObject([{ name: "event.late", data: { id: "p3", key: "o1" } }]);
  });
});

test("an awaited event with a field that looks like a reference is payload to the steps after it", async () => {
  const note = { "millrace:ref": { uri: "s3://elsewhere/secret", bytes: 1, sha256: "x" } };
  await waitFor("noted", "t1", { event: "order.noted" });
  await deliver({ order: "o1", note }, { "detail-type": "order.noted" });
  const [[, given]] = outputs() as [[string, any]];
  expect(JSON.stringify(given)).not.toContain("elsewhere");
  expect(await restore(given, harness.ports.artifacts("w", "r"))).toEqual({ order: "o1", note });
});

describe("waits", () => {
  test("entered again after they were answered get the same event; a newer wait does not", async () => {
    await waitFor("payment", "t1");
    await deliver(payment);
    await waitFor("payment", "t2", { attempt: 2 });
    harness.note({ run: "r", status: "running", epoch: 2 });
    await waitFor("payment", "t3", { run: run({ epoch: 2 }), entered: "2026-11-21T09:30:00.000Z" });
    await waitFor("other", "t4", { run: run({ epoch: 2 }) });
    const data = { order: "o1", amount: 5 };
    expect(outputs()).toEqual([
      ["t1", data],
      ["t2", data],
      ["t3", data],
    ]);
  });

  test("a redelivery of an earlier entry neither replaces a later one nor answers it again", async () => {
    await waitFor("payment", "t2", { attempt: 2 });
    await waitFor("payment", "t1");
    await deliver(payment);
    await waitFor("payment", "t1");
    expect(outputs()).toEqual([["t2", { order: "o1", amount: 5 }]]);
  });

  /** A crash of the delivery of a wait whose event came before, at the call of a port. */
  const crashes = async (port: object, call: string, before: boolean) => {
    await deliver(payment);
    const methods = port as Record<string, (...given: unknown[]) => Promise<unknown>>;
    const works = methods[call]!;
    methods[call] = async (...given) => {
      if (!before) await works(...given);
      throw new Error("crashed");
    };
    await expect(waitFor("payment", "t1")).rejects.toThrow("crashed");
    methods[call] = works;
  };
  const waiters = () => harness.table.all().filter((item) => item.kind === "waiter");

  test("whose run ended before their answer was recorded are recorded by the redelivery", async () => {
    await crashes(harness.ports.executions, "succeed", false);
    harness.note({ run: "r", status: "succeeded" });
    await waitFor("payment", "t1");
    expect(waiters()).toMatchObject([{ state: "delivered" }]);
    expect(harness.published()).toEqual([]);
    expect(outputs()).toEqual([["t1", { order: "o1", amount: 5 }]]);
  });

  test("whose run ended before they were answered lose their event, which is published as late", async () => {
    await crashes(harness.ports.executions, "succeed", true);
    harness.states.timeOut("t1");
    harness.note({ run: "r", status: "timed-out" });
    await waitFor("payment", "t1");
    expect(waiters()).toMatchObject([{ state: "lost" }]);
    expect(harness.published()).toMatchObject([{ name: "event.late", data: { id: "p1", path: "payment" } }]);
  });

  test("that were left unanswered lose their event, which is published with its wait", async () => {
    await waitFor("payment", "t1");
    harness.states.timeOut("t1");
    await deliver(payment);
    expect(harness.published()).toMatchObject([
      {
        name: "event.late",
        data: { event: "order.paid", id: "p1", run: "r", workflow: "w", path: "payment" },
      },
    ]);
    await waitFor("reminder", "t2");
    expect(outputs()).toEqual([["t2", { order: "o1", amount: 5 }]]);
  });
});

describe("signals", () => {
  const signalled = (path: string, token: string, more: Partial<RunReference> = {}) =>
    send({ kind: "signalled", run: run(more), of: "a[0]/draw", path, taskToken: token, entered, attempt: 1 });
  const signal = (value: unknown, epoch = 1) =>
    send({ kind: "signal", run: run({ epoch }), path: "a[0]/draw", value });

  test("answer every wait of their run and epoch, before and after, and no other", async () => {
    await signalled("x", "t1");
    harness.note({ run: "other", status: "running" });
    await signalled("elsewhere", "t2", { id: "other" });
    harness.note({ run: "r", status: "running", epoch: 2 });
    await signalled("again", "t3", { epoch: 2 });
    harness.note({ run: "r", status: "running" });
    await signal({ n: 1 });
    await signal({ n: 1 });
    await signalled("y", "t4");
    expect(outputs()).toEqual([
      ["t1", { n: 1 }],
      ["t4", { n: 1 }],
    ]);
  });

  test("without a value are null", async () => {
    await signalled("x", "t1");
    await signal(undefined);
    expect(outputs()).toEqual([["t1", null]]);
  });
});

describe("children", () => {
  const message: CallChild = {
    kind: "child",
    run: run(),
    path: "ship",
    taskToken: "t1",
    entered,
    attempt: 1,
    workflow: "ship-parcel",
    event: "parcel.wanted",
    version: 1,
    payload: { parcel: "p" },
    reads: ["tracking"],
  };
  const asked = () => harness.published().filter(({ name }) => name === "run.requested");
  const end = (item: Partial<RunItem>) => {
    harness.note({ workflow: "ship-parcel", endedAt: entered, event: { id: "e" }, ...item } as RunItem);
    return noteEnd(
      { epoch: 1, endedAt: entered, event: { id: "e" }, ...item } as RunItem,
      DAYS,
      harness.ports,
    );
  };

  describe("of a run that is paused", () => {
    const paused = { by: "ada", why: "lunch", key: "k", at: entered };
    const pauses = {
      run: {
        pause: () => harness.note({ run: "r", status: "running", paused }),
        resume: () => harness.note({ run: "r", status: "running" }),
      },
      workflow: {
        pause: () => harness.controls.set("w", { paused }),
        resume: () => harness.controls.delete("w"),
      },
    };

    test.each(["run", "workflow"] as const)("are called after the %s is resumed", async (what) => {
      pauses[what].pause();
      await send(message);
      expect(asked()).toEqual([]);
      const [deferred, ...more] = harness.aside();
      expect(more).toEqual([]);
      expect(deferred).toMatchObject({ reason: `${what} paused`, message });
      pauses[what].resume();
      await resend(deferred!, { ...harness.ports, stepQueues: harness.queues.stepQueues, queues: DEPLOYED });
      await send(harness.queues.sent[0]!.message);
      expect(asked()).toHaveLength(1);
      expect(harness.aside()).toEqual([]);
    });

    test("that is resumed just before its call is deferred are called", async () => {
      pauses.run.pause();
      const { deferred } = harness.ports;
      harness.ports.deferred = {
        ...deferred,
        async put(item) {
          pauses.run.resume();
          return await deferred.put(item);
        },
      };
      await send(message);
      expect(asked()).toHaveLength(1);
      expect(harness.aside()).toEqual([]);
    });

    test("may be waited for all the same: a wait begins nothing", async () => {
      pauses.run.pause();
      await waitFor("payment", "t9");
      await deliver(payment);
      expect(outputs()).toEqual([["t9", { order: "o1", amount: 5 }]]);
    });
  });

  describe("of a run that is over", () => {
    const over = { terminated: { status: "terminated" }, "in the next epoch": { epoch: 2 } } as const;

    test.each(Object.entries(over))("%s are not called, and the state that calls ends", async (_, item) => {
      harness.note({ run: "r", status: "running", ...item });
      await send(message);
      expect(asked()).toEqual([]);
      expect(harness.states.answers).toMatchObject([{ token: "t1", error: "Millrace.RunOver" }]);
    });

    test.each(["event", "signalled"])("a wait for an %s ends, too", async (kind) => {
      harness.note({ run: "r", status: "failed" });
      await waitFor("payment", "t1", { kind, of: "other" });
      expect(harness.table.all()).toEqual([]);
      const [{ error, cause }] = harness.states.answers as unknown as [{ error: string; cause: string }];
      expect(error).toBe("Millrace.RunOver");
      expect(JSON.parse(cause).message).toContain('"millrace retry r" tries the run again');
    });

    test("being closed, are not called; its end is not made by an answer", async () => {
      harness.note({ run: "r", status: "closing" });
      await send(message);
      await waitFor("payment", "t2");
      expect(asked()).toEqual([]);
      expect(harness.states.answers).toEqual([]);
    });

    test("between the read of the waiter and its write, are not called", async () => {
      const { waits } = harness.ports;
      harness.ports.waits = {
        ...waits,
        async waiter(key) {
          harness.note({ run: "r", status: "terminated" });
          return await waits.waiter(key);
        },
      };
      await send(message);
      expect(asked()).toEqual([]);
    });

    test("between the read of the run and the write, are called all the same, and independent like any called before", async () => {
      const { waits } = harness.ports;
      harness.ports.waits = {
        ...waits,
        async put(before, after) {
          harness.note({ run: "r", status: "terminated" });
          return await waits.put(before, after);
        },
      };
      await send(message);
      expect(asked()).toHaveLength(1);
      // Delivered again, the message neither calls again nor takes the call back.
      await send(message);
      expect(asked()).toHaveLength(1);
    });

    test("with success are called if they are not waited for: the call was made before", async () => {
      const { taskToken: _, ...unawaited } = message;
      harness.note({ run: "r", status: "succeeded" });
      await send(unawaited);
      expect(asked()).toHaveLength(1);
      harness.note({ run: "r", status: "terminated" });
      await send({ ...unawaited, path: "other" });
      expect(asked()).toHaveLength(1);
    });
  });

  test("are requested once, under an id derived from the caller and its path", async () => {
    await send(message);
    await send(message);
    const [{ data } = { data: undefined }, ...more] = asked();
    expect(more).toEqual([]);
    expect(data).toMatchObject({
      workflow: "ship-parcel",
      event: "parcel.wanted",
      version: 1,
      payload: { parcel: "p" },
      run: expect.stringMatching(/^ship-parcel-[a-z2-7]{26}$/),
      by: "r",
      parent: { run: "r", epoch: 1, path: "ship" },
    });
  });

  test("pass large values as the caller's own, except those that its state machine reads", async () => {
    const manual = "x".repeat(50_000);
    await send(message);
    const { run } = asked()[0]!.data;
    const options = { what: "it", reads: [], above: 1_000, most: 1_000 };
    const reference = await offload(manual, options, harness.ports.artifacts("ship-parcel", run));
    await end({ run, status: "succeeded", output: { tracking: reference, manual: reference } });
    const output = outputs()[0]![1];
    expect(output).toEqual({ tracking: manual, manual: { "millrace:ref": expect.anything() } });
    expect(await restore(output.manual, harness.ports.artifacts("w", "r"))).toBe(manual);
  });

  test("give an output that is part of a list only its share of the list", async () => {
    const output = { tracking: "x".repeat(300), weight: 3 };
    await send({ ...message, reads: [], resultLimit: 200 });
    const { run } = asked()[0]!.data;
    await end({ run, status: "succeeded", output });
    const given = outputs()[0]![1];
    expect(JSON.stringify(given).length).toBeLessThanOrEqual(200);
    expect(await restore(given, harness.ports.artifacts("w", "r"))).toEqual(output);
  });

  test("get large values as their own, of their caller's values", async () => {
    const manual = "x".repeat(50_000);
    const options = { what: "it", reads: [], above: 1_000, most: 1_000 };
    const reference = await offload(manual, options, harness.ports.artifacts("w", "r"));
    await send({ ...message, payload: { parcel: "p", manual: reference } });
    const { run, payload } = asked()[0]!.data;
    expect(payload).toEqual({ parcel: "p", manual: { "millrace:ref": expect.anything() } });
    expect(await restore(payload.manual, harness.ports.artifacts("ship-parcel", run))).toBe(manual);
  });

  test("with a payload that is not their caller's are not requested, and the call fails", async () => {
    const options = { what: "it", reads: [], above: 1_000, most: 1_000 };
    const foreign = await offload("x".repeat(50_000), options, harness.ports.artifacts("w", "another"));
    await send({ ...message, payload: { manual: foreign } });
    expect(asked()).toEqual([]);
    expect(harness.states.answers).toMatchObject([{ token: "t1", error: "Millrace.ChildFailed" }]);
  });

  test("answer with the output of their run, or with its failure", async () => {
    await send(message);
    await send({ ...message, path: "other", taskToken: "t2" });
    const [first, second] = asked().map(({ data }) => data.run);
    await end({ run: first, status: "succeeded", output: { tracking: 1 } });
    await end({ run: second, status: "timed-out", failure: { error: "States.Timeout", cause: "" } });
    expect(harness.states.answers).toMatchObject([
      { token: "t1", output: JSON.stringify({ tracking: 1 }) },
      { token: "t2", error: "Millrace.ChildFailed" },
    ]);
    expect(JSON.parse(harness.states.answers[1]!.cause!)).toMatchObject({
      run: second,
      workflow: "ship-parcel",
      status: "timed-out",
      failure: { error: "States.Timeout" },
    });
  });

  test("without a wait are requested, and end without an answer", async () => {
    await send({ ...message, taskToken: undefined });
    await end({ run: asked()[0]!.data.run, status: "failed" });
    expect(harness.states.answers).toEqual([]);
    expect(harness.published().map(({ name }) => name)).toEqual(["run.requested"]);
  });

  test("that succeeded are reused when their caller is retried; that failed are requested again", async () => {
    await send(message);
    await send({ ...message, path: "other", taskToken: "t2" });
    const [first, second] = asked().map(({ data }) => data.run);
    await end({ run: first, status: "succeeded", output: 1 });
    await end({ run: second, status: "failed" });
    const again = { run: run({ epoch: 2 }), entered: "2026-11-21T09:30:00.000Z" };
    harness.note({ run: "r", status: "running", epoch: 2 });
    await send({ ...message, ...again, taskToken: "t3" });
    await send({ ...message, ...again, path: "other", taskToken: "t4" });
    expect(harness.states.answers.map(({ token }) => token)).toEqual(["t1", "t2", "t3"]);
    expect(asked().map(({ data }) => data.parent.epoch)).toEqual([1, 1, 2]);
  });

  test("that succeeded are requested again if their caller has restarted", async () => {
    await send(message);
    await end({ run: asked()[0]!.data.run, status: "succeeded", output: 1 });
    const restarted = { run: run({ epoch: 2, restarted: 2 }), entered: "2026-11-21T09:30:00.000Z" };
    harness.note({ run: "r", status: "running", epoch: 2 });
    await send({ ...message, ...restarted, taskToken: "t2" });
    expect(asked().map(({ data }) => data.parent.epoch)).toEqual([1, 2]);
    expect(harness.states.answers.map(({ token }) => token)).toEqual(["t1"]);
  });
});

describe("cancellations", () => {
  const cancelOn = (more: Partial<RunReference> = {}) =>
    send({ kind: "cancel-on", run: run(more), event: "order.paid", key: "o1" });

  test("request a termination once, with the reason", async () => {
    await cancelOn();
    await deliver(payment);
    await deliver(payment);
    expect([...harness.terminations.ordered.values()]).toMatchObject([
      { action: "terminate", target: { run: "r" }, by: "cancelOn", why: "order.paid p1" },
    ]);
  });

  test("of a run that has ended are late, unless they ended it", async () => {
    await cancelOn();
    harness.note({ run: "r", status: "succeeded" });
    await deliver(payment);
    expect(harness.terminations.ordered.size).toBe(0);
    expect(harness.published()).toMatchObject([{ name: "event.late", data: { id: "p1", run: "r" } }]);
  });

  test("that crashed between the request and its record are not published as late", async () => {
    await cancelOn();
    const { terminate } = harness.ports.terminator;
    harness.ports.terminator.terminate = async (command) => {
      await terminate(command);
      const { by, why, key } = command;
      harness.note({ run: "r", status: "terminated", terminated: { by, why, key, at: entered } });
      throw new Error("crashed");
    };
    await expect(deliver(payment)).rejects.toThrow("crashed");
    await deliver(payment);
    expect(harness.published()).toEqual([]);
  });

  test("do not end the next attempt of a run that they ended; a further event does", async () => {
    await cancelOn();
    await deliver(payment);
    harness.note({ run: "r", status: "running", epoch: 2 });
    await cancelOn({ epoch: 2 });
    expect(harness.terminations.ordered.size).toBe(1);
    await deliver({ ...payment, millrace: { id: "p2", version: 2 } });
    expect([...harness.terminations.ordered.values()].map(({ why }) => why)).toEqual([
      "order.paid p1",
      "order.paid p2",
    ]);
  });
});

describe("a race", () => {
  const decide = (winner: string, more: object = {}) =>
    send({
      kind: "race",
      path: "first",
      winner,
      taskToken: "t",
      run: run(),
      entered,
      attempt: 1,
      ...more,
    } as WaitMessage);
  const finished = (way: string) =>
    send({
      kind: "signal",
      path: `first.${way}`,
      value: { winner: way, result: 1 },
      run: run(),
    } as WaitMessage);
  const answers = () => harness.states.answers.map(({ token, output }) => [token, JSON.parse(output!)]);

  test.each(["before", "after"])(
    "is answered with the winner's value, sent %s the decision",
    async (when) => {
      if (when === "before") await finished("a");
      await decide("a");
      if (when === "after") await finished("a");
      await finished("b");
      expect(answers()).toEqual([["t", { winner: "a", result: 1 }]]);
    },
  );

  test("is decided once: a later decision does not change the winner", async () => {
    await decide("a", { taskToken: "gone" });
    await decide("b", { attempt: 2 });
    await finished("b");
    expect(answers()).toEqual([]);
    await finished("a");
    expect(answers()).toEqual([["t", { winner: "a", result: 1 }]]);
  });

  test("begins no wait and no call of a way that has lost", async () => {
    await decide("a");
    await waitFor("first.b/payment", "lost");
    await waitFor("first.a/payment", "won");
    const waiting = harness.table.all().filter((item) => item.kind === "waiter" && item.purpose === "event");
    expect(waiting).toMatchObject([{ path: "first.a/payment" }]);
    const child = (path: string) =>
      send({
        kind: "child",
        workflow: "film",
        event: "film.wanted",
        version: 1,
        payload: {},
        reads: [],
        path,
        taskToken: path,
        run: run(),
        entered,
        attempt: 1,
      } as WaitMessage);
    await child("first.b/film");
    await child("first.a/film");
    expect(harness.published().map(({ name, data }) => [name, data.parent?.path])).toEqual([
      ["run.requested", "first.a/film"],
    ]);
    expect([...harness.raced.called.values()]).toMatchObject([{ path: "first.a/film" }]);
  });
});

describe("what an answer leaves", () => {
  const message: CallChild = {
    kind: "child",
    run: run(),
    path: "ship",
    taskToken: "t1",
    entered,
    attempt: 1,
    workflow: "ship-parcel",
    event: "parcel.wanted",
    version: 1,
    payload: { parcel: "p" },
    reads: ["tracking"],
  };
  const asked = () => harness.published().filter(({ name }) => name === "run.requested");
  const events = () => harness.table.all().filter((item) => item.kind === "awaited-event");

  test("is counted: answers, and events that came too late", async () => {
    await waitFor("payment", "t1");
    await deliver(payment);
    expect(harness.ports.measured.map(({ name }) => name)).toEqual(["WaitsAnswered"]);
    harness.note({ run: "r", status: "failed" });
    await deliver({ ...payment, millrace: { id: "p2", version: 2 } });
    expect(harness.ports.measured.map(({ name }) => name)).toEqual(["WaitsAnswered", "EventsLate"]);
    harness = setUp();
    await waitFor("payment", "t1");
    harness.states.timeOut("t1");
    await deliver(payment);
    expect(harness.ports.measured.map(({ name }) => name)).toEqual(["EventsLate"]);
  });

  test("of an event says which event it was from, and where that came from", async () => {
    await deliver({ ...payment, millrace: { id: "p1", version: 2, correlation: "order-1", hops: 3 } });
    expect(events()).toMatchObject([{ id: "p1", cause: "p1", correlation: "order-1", hops: 3 }]);
  });

  test("of a signal and of an end is from the same run", async () => {
    await send({ kind: "signal", run: run({ traceparent: "00-a" }), path: "a", value: 1 });
    expect(events()).toMatchObject([{ cause: "e", correlation: "c", hops: 2, traceparent: "00-a" }]);
    harness = setUp();
    const event = { id: "e7", correlation: "c7", hops: 1, traceparent: "00-b" };
    const ended = { run: "child", epoch: 1, status: "failed", endedAt: entered, event } as RunItem;
    await noteEnd(ended, DAYS, harness.ports);
    expect(events()).toMatchObject([{ cause: "e7", correlation: "c7", hops: 1, traceparent: "00-b" }]);
    await noteEnd({ ...ended, run: "running", status: "running" }, DAYS, harness.ports);
    expect(events()).toHaveLength(1);
  });

  test("an event of Millrace itself is the end of its run, if that is known", async () => {
    const ends = (child: string) =>
      deliver({ run: child, millrace: { id: "x" } }, { source: "millrace", "detail-type": "run.succeeded" });
    await ends("unknown");
    expect(harness.table.all()).toEqual([]);
    harness.note({ run: "child", status: "succeeded", endedAt: entered, event: { id: "e" } } as RunItem);
    await ends("child");
    expect(events()).toMatchObject([{ id: "child" }]);
    expect([harness.quarantined, harness.receipts]).toEqual([[], []]);
  });

  test("an event of the largest size is received, and a larger one is refused with its size", async () => {
    const sized = (bytes: number, id: string) =>
      deliver(
        { text: "x".repeat(bytes - '{"text":""}'.length), millrace: { subject: "s", id } },
        { "detail-type": "customer.reminded" },
      );
    await sized(256 * 1024, "fits");
    expect(harness.quarantined).toEqual([]);
    await sized(256 * 1024 + 1, "too large");
    expect(harness.quarantined).toMatchObject([
      {
        subscriber: "millrace.waits",
        expiresAt: expect.any(Number),
        findings: [{ path: "", message: expect.stringContaining(`${256 * 1024 + 1} bytes`) }],
      },
    ]);
  });

  const foreign = () =>
    offload(
      "x".repeat(50_000),
      { what: "it", reads: [], above: 1_000, most: 1_000 },
      harness.ports.artifacts("w", "another"),
    );

  test("the output of a called run that is not its own fails the call, with the run it is from", async () => {
    await send(message);
    const child = asked()[0]!.data.run;
    const ended = {
      run: child,
      workflow: "ship-parcel",
      status: "succeeded",
      output: { film: await foreign() },
    };
    harness.note({ ...ended, endedAt: entered, event: { id: "e" } } as never);
    await noteEnd(harness.runs.get(child)!, DAYS, harness.ports);
    const [{ token, error, cause }] = harness.states.answers as [
      { token: string; error: string; cause: string },
    ];
    expect({ token, error }).toEqual({ token: "t1", error: "Millrace.ChildFailed" });
    expect(JSON.parse(cause)).toMatchObject({
      run: child,
      workflow: "ship-parcel",
      name: expect.any(String),
    });
  });

  test("a payload that is not the caller's fails the call, with the workflow that it calls", async () => {
    await send({ ...message, payload: { film: await foreign() } });
    expect(JSON.parse(harness.states.answers[0]!.cause!)).toMatchObject({
      workflow: "ship-parcel",
      name: expect.any(String),
    });
  });

  test("the cause of a called run that failed is shortened", async () => {
    await send(message);
    const child = asked()[0]!.data.run;
    const failure = { error: "x", cause: "y".repeat(5_000) };
    harness.note({
      run: child,
      workflow: "ship-parcel",
      status: "failed",
      failure,
      endedAt: entered,
      event: { id: "e" },
    } as never);
    await noteEnd(harness.runs.get(child)!, DAYS, harness.ports);
    expect(JSON.parse(harness.states.answers[0]!.cause!).failure).toEqual({
      error: "x",
      cause: "y".repeat(4_000),
    });
  });

  test("a call finds a run that has ended before it was awaited, and one that continues", async () => {
    await send({ ...message, taskToken: undefined });
    const child = asked()[0]!.data.run;
    harness.note({
      run: child,
      workflow: "ship-parcel",
      status: "succeeded",
      output: 1,
      endedAt: entered,
      event: { id: "e" },
    } as never);
    await send({ ...message, entered: "2026-11-21T09:30:00.000Z" });
    expect(harness.states.answers).toEqual([{ token: "t1", output: "1" }]);
  });

  test("a call without a wait that cannot be made is answered by none", async () => {
    const payload = { film: await foreign() };
    await send({ ...message, taskToken: undefined, payload });
    expect(harness.states.answers).toEqual([]);
  });

  test.each<[string, Partial<RunItem>, number]>([
    ["succeeded", { status: "succeeded" }, 1],
    ["ends by itself", { status: "closing" }, 1],
    [
      "is being terminated",
      { status: "closing", terminated: { by: "a", why: "", key: "k", at: entered } },
      0,
    ],
    ["failed", { status: "failed" }, 0],
    ["succeeded in another epoch", { status: "succeeded", epoch: 2 }, 0],
  ])("a call without a wait of a run that %s was made before, or is none", async (_, item, calls) => {
    harness.note({ run: "r", ...item });
    await send({ ...message, taskToken: undefined });
    expect(asked()).toHaveLength(calls);
  });

  test("a call that is awaited is not made by a run that has succeeded", async () => {
    harness.note({ run: "r", status: "succeeded" });
    await send(message);
    expect(asked()).toEqual([]);
  });

  test("an event that one of several waits has taken or missed is not late when their runs have ended", async () => {
    await waitFor("one", "t1");
    harness.note({ run: "s", status: "running" });
    await waitFor("two", "t2", { run: run({ id: "s" }) });
    await deliver(payment);
    harness.note({ run: "s", status: "failed" });
    harness.note({ run: "r", status: "failed" });
    await deliver(payment);
    expect(harness.published().filter(({ name }) => name === "event.late")).toEqual([]);
  });

  test("an event is late once, though two deliveries find that", async () => {
    await waitFor("payment", "t1");
    await deliver(payment);
    harness.note({ run: "r", status: "failed" });
    const { waits } = harness.ports;
    harness.ports.waits = {
      ...waits,
      put: async (before, after) => (before ? false : await waits.put(before, after)),
    };
    await deliver({ ...payment, millrace: { id: "p2", version: 2 } });
    expect(harness.ports.counts.get("EventsLate")).toBeUndefined();
  });

  test("a cancellation of a run that is deleted, or in a later epoch, is late", async () => {
    const cancelOn = (id: string) =>
      send({ kind: "cancel-on", run: run({ id }), event: "order.paid", key: "o1" });
    await cancelOn("gone");
    harness.note({ run: "later", status: "running", epoch: 2 });
    await cancelOn("later");
    await deliver(payment);
    expect([...harness.terminations.ordered.values()]).toEqual([]);
    expect(harness.published().map(({ name }) => name)).toContain("event.late");
  });

  test("a race that is over fails its state", async () => {
    harness.note({ run: "r", status: "failed" });
    await send({
      kind: "race",
      run: run(),
      path: "first",
      winner: "a",
      taskToken: "t1",
      entered,
      attempt: 1,
    });
    expect(harness.states.answers).toMatchObject([{ token: "t1", error: "Millrace.RunOver" }]);
    expect(harness.raced.decided.size).toBe(0);
  });

  test("a list is answered", async () => {
    const list = { kind: "split list", run: run(), path: "all", taskToken: "t1", entered, attempt: 1 };
    await send({ ...list, list: [1, 2], each: "all", most: 10, size: 1, reads: [] } as never);
    expect(harness.states.answers).toMatchObject([{ token: "t1" }]);
  });
});
