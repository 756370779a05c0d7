import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { admit } from "../../../lambdas/runtime/intake/admit.ts";
import { describeBatch } from "../../../lambdas/runtime/intake/batch/describe-batch.ts";
import { newRun } from "../../../lambdas/runtime/intake/describe-run.ts";
import type { IntakeSpec } from "../../../lambdas/runtime/intake/intake-spec.ts";
import { refusedRun } from "../../../lambdas/runtime/intake/refused-run.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { defineSharedLimit } from "../../../lib/contract/shared-limit.ts";
import type { CollectedEventItem, ReplayItem, RunItem } from "../../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation } from "../memory/memory.ts";
import { memoryKeyQueues } from "../memory/memory-key-queues.ts";
import { memoryReplays } from "../memory/memory-replays.ts";
import { memorySharedLimits } from "../memory/memory-shared-limits.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";

/** What intake does with each kind of message, and what it stores. */
const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const iso = (time: number) => new Date(time).toISOString();
const Changed = defineEvent("document.changed", {
  version: 1,
  schema: z.object({ document: z.string(), edit: z.int(), more: z.int().optional() }),
  key: ({ document }) => document,
  identity: ({ document, edit }) => `${document}-${edit}`,
});
const calls = defineSharedLimit("calls", { atOnce: 1 });
const spec = (more: object = {}): IntakeSpec =>
  ({
    workflow: "index",
    on: [Changed],
    version: "v",
    retentionDays: 90,
    mostHops: 32,
    reads: [],
    ...more,
  }) as IntakeSpec;

let harness: ReturnType<typeof setUp>;
beforeEach(() => {
  harness = setUp();
});

function setUp() {
  const clock = { now: NOW };
  const state = memory(() => clock.now);
  const machines = memoryExecutions();
  const files = new Map<string, Uint8Array>();
  const keyed = memoryKeyQueues();
  const replays = memoryReplays();
  const shared = memorySharedLimits(state.runs.read, () => {});
  const ports = {
    ...state,
    ...keyed,
    ...memoryObservation(),
    replays,
    executions: machines.executions,
    admissions: { open: async () => true, settings: async () => undefined },
    artifacts: (of: string, run: string) => memoryArtifacts(`${of}/${run}/`, files).artifacts,
    limits: shared.limits,
    now: () => clock.now,
  };
  return { clock, state, machines, keyed, shared, replays, ports, files };
}

const event = (detail: object, more: object = {}) => ({
  id: "e1",
  "detail-type": "document.changed",
  source: "editor",
  time: iso(NOW),
  detail,
  ...more,
});
const broughtBy = (more: Partial<ReplayItem>) => {
  const requested = { by: "ada", why: "", key: "k", at: iso(NOW) };
  const replay = { replay: "p", requested, again: false, dry: false, ...more } as ReplayItem;
  return { replay, replays: harness.replays };
};
const send = (message: object, more: object = {}) =>
  admit(JSON.stringify(message), spec(more), harness.ports);
const edit = (number: number, document = "d") =>
  event({ document, edit: number, millrace: { id: `e${number}` } }, { id: `e${number}` });
const millrace = (name: string, detail: object) => ({
  ...event(detail),
  "detail-type": name,
  source: "millrace",
});
const runs = () => harness.state.all().filter((item) => item.kind === "run") as RunItem[];
const change = (run: string, more: Partial<RunItem>) =>
  harness.state.runs.change(run, (item) => ({ ...item, ...more }));

describe("a message", () => {
  test("that is no event is kept in part", async () => {
    expect(await admit("x".repeat(300), spec(), harness.ports)).toEqual({
      kind: "quarantined",
      reason: "not-an-event",
    });
    expect(harness.state.all()).toMatchObject([{ findings: [{ path: "", value: "x".repeat(200) }] }]);
  });

  test("about a released run that is deleted or running is a duplicate", async () => {
    const release = (held: string) => send(millrace("run.requested", { workflow: "index", held }));
    expect(await release("gone")).toEqual({ kind: "duplicate", run: "gone" });
    const { run } = (await send(edit(1))) as { run: string };
    expect(await release(run)).toEqual({ kind: "duplicate", run });
    expect(harness.machines.started).toHaveLength(1);
  });

  test("about a released run without an execution starts one", async () => {
    const { run } = (await send(edit(1))) as { run: string };
    await change(run, { execution: undefined, express: { until: iso(NOW + 60_000) } });
    expect(await send(millrace("run.requested", { workflow: "index", held: run }))).toEqual({
      kind: "continued",
      run,
    });
    expect(harness.state.get(runKey(run))).toMatchObject({
      express: { handedOver: "its worker did not end it" },
    });
  });
});

describe("a worker that asks for an execution of a run", () => {
  const begun = async () => {
    const { run } = (await send(edit(1))) as { run: string };
    await change(run, { execution: undefined, express: { until: iso(NOW + 60_000) } });
    return run;
  };
  const handOver = (run: string) => send({ handOver: { run, epoch: 1, why: "a wait" } });

  test("continues it in one", async () => {
    const run = await begun();
    expect(await handOver(run)).toEqual({ kind: "continued", run });
    expect(harness.state.get(runKey(run))).toMatchObject({ express: { handedOver: "a wait" } });
  });

  test("is delivered again while executions are throttled", async () => {
    const run = await begun();
    harness.ports.executions = {
      ...harness.ports.executions,
      start: async () => ({ kind: "throttled" }) as never,
    };
    expect(await handOver(run)).toEqual({ kind: "throttled" });
  });
});

describe("a workflow with a shared limit", () => {
  const limited = { sharedLimit: { limit: calls } };
  const ended = (detail: object, more: object = limited) => send(millrace("run.succeeded", detail), more);

  test("runs as many as may run, and the next when one has ended", async () => {
    const first = (await send(edit(1), limited)) as { run: string };
    expect(await send(edit(2), limited)).toMatchObject({ kind: "waits" });
    expect(harness.machines.started).toHaveLength(1);
    await harness.state.runs.end(first.run, 1, { status: "succeeded" });
    expect(await ended({ run: first.run, epoch: 1, limit: "calls" })).toEqual({ kind: "looked", key: "" });
    const second = runs().find(({ run }) => run !== first.run)!;
    expect(
      await send(millrace("run.requested", { workflow: "index", held: second.run }), limited),
    ).toMatchObject({ kind: "started" });
  });

  test("counts nothing without its limits, and checks the queue of an ended run's key", async () => {
    const without = { sharedLimit: undefined };
    for (const number of [1, 2]) expect(await send(edit(number), without)).toMatchObject({ kind: "started" });
    expect(await ended({ run: "gone", epoch: 1, key: "d", limit: "calls" })).toEqual({
      kind: "looked",
      key: "d",
    });
    expect(await ended({ run: "gone", epoch: 1, limit: "calls" }, without)).toEqual({
      kind: "looked",
      key: "",
    });
  });

  test.each([
    ["now", 0, 0],
    ["a moment later, after a reminder", 1, 1],
  ])("checks a lane %s", async (_, later, reminders) => {
    expect(await send({ lane: "calls#index", at: NOW + later }, limited)).toEqual({
      kind: "looked",
      key: "calls#index",
    });
    expect(harness.keyed.reminded).toHaveLength(reminders);
  });

  test("checks no lane once the limit is removed", async () => {
    expect(await send({ lane: "calls#index", at: NOW })).toEqual({ kind: "looked", key: "calls#index" });
  });
});

describe("an accepted run", () => {
  const described = (more: object = {}, of: object = {}) =>
    newRun(
      { id: "r", event: { name: "document.changed" }, payload: "p", read: {}, ...more } as never,
      spec(of),
      NOW,
    );

  test("is a run, found by its status, and kept for the retention", () => {
    expect(described()).toMatchObject({
      kind: "run",
      status: "accepted",
      found: expect.stringMatching(/^index#open#/),
      expiresAt: NOW / 1_000 + 90 * 86_400,
    });
  });

  test.each<[string, object, boolean]>([
    ["by its key", { key: "k" }, true],
    ["by an identity from which its id does not follow", { identity: "i" }, true],
    [
      "not by an identity from which its id follows",
      { identity: "i", id: runId("index", "document.changed", "i") },
      false,
    ],
    ["by a key, whatever its id", { key: "i", id: runId("index", "document.changed", "i") }, true],
    ["by nothing without both", {}, false],
  ])("is found %s", (_, more, expected) => {
    expect(described(more).keyed !== undefined).toBe(expected);
  });

  test("is about its key or its identity, of at most 400 characters", () => {
    expect(described({ key: "k", identity: "i" }).about).toBe("k");
    expect(described({ identity: "x".repeat(500) }).about).toBe("x".repeat(400));
    expect(described().about).toBeUndefined();
  });

  test.each<[string, object, object | undefined]>([
    ["is counted by its key", { limit: calls }, { name: "calls", key: "d" }],
    [
      "is counted by what the workflow says",
      { limit: calls, by: () => "team" },
      { name: "calls", key: "team" },
    ],
    [
      "is counted by its key where that says nothing",
      { limit: calls, by: () => undefined },
      { name: "calls", key: "d" },
    ],
  ])("with a shared limit %s", async (_, sharedLimit, expected) => {
    await send(edit(1), { sharedLimit });
    expect(runs()[0]!.limit).toEqual(expected);
  });

  test("without a key is counted by its workflow, if the limit is for all", async () => {
    const bare = defineEvent("document.changed", { version: 1, schema: z.object({}) });
    const byKey = defineSharedLimit("calls", { perKey: { atOnce: 1 } } as never);
    await send(event({}), { on: [bare], sharedLimit: { limit: calls } });
    expect(runs()[0]!.limit).toEqual({ name: "calls", key: "index" });
    harness = setUp();
    await send(event({}), { on: [bare] });
    expect(runs()[0]!.limit).toBeUndefined();
    expect(byKey.name).toBe("calls");
  });

  test("that is refused has no key, limit or place, and its cause", () => {
    const envelope = {
      id: "e",
      name: "document.changed",
      version: 1,
      time: iso(NOW),
      data: { document: "d", edit: 1 },
    } as never;
    const run = refusedRun(
      envelope,
      [{ path: "edit", message: "wrong" }],
      spec({ sharedLimit: { limit: calls }, perKey: { atOnce: 1 } }),
      NOW,
      { run: "r" },
    );
    expect(run).toMatchObject({ run: "r", status: "failed", failure: { error: "Millrace.Refused" } });
    expect([run.key, run.limit, run.about]).toEqual([undefined, undefined, undefined]);
  });
});

describe("the run of a batch", () => {
  const collected = (number: number, more: object = {}) =>
    ({
      collected: `c${number}`,
      key: "d",
      input: JSON.stringify({ edit: number }),
      event: {
        id: `e${number}`,
        name: "document.changed",
        version: 1,
        time: iso(NOW + number),
        correlation: "c",
        hops: number,
        ...more,
      },
    }) as unknown as CollectedEventItem;
  const describe_ = (...events: CollectedEventItem[]) =>
    describeBatch(events as never, spec({ batch: { size: 9 } }), harness.ports.artifacts as never, NOW);

  test("is the same for the same events, in the order of their times", async () => {
    const [one, other] = [
      await describe_(collected(1), collected(2)),
      await describe_(collected(2), collected(1)),
    ];
    expect(one).toEqual(other);
    expect(one.run).toBe(runId("index", "batch", "c1\nc2"));
    expect(JSON.parse(one.data!)).toEqual({ key: "d", events: [{ edit: 1 }, { edit: 2 }] });
    expect(one.events!.map(({ id }) => id)).toEqual(["e1", "e2"]);
  });

  test("has the most hops of its events, and their correlation if they share one", async () => {
    expect((await describe_(collected(1), collected(3), collected(2))).event).toMatchObject({
      hops: 3,
      correlation: "c",
    });
    const mixed = await describe_(collected(1), collected(2), collected(3, { correlation: "other" }));
    expect(mixed.event.correlation).toBe(mixed.event.id);
    expect((await describe_(collected(1))).event).toMatchObject({ hops: 1, correlation: "c" });
  });

  test("that does not fit is a defect", async () => {
    const large = {
      ...collected(1),
      input: JSON.stringify({ edit: "x".repeat(300_000) }),
    } as CollectedEventItem;
    await expect(
      describeBatch(
        [large] as never,
        spec({ batch: { size: 9 }, reads: ["events"] }),
        harness.ports.artifacts as never,
        NOW,
      ),
    ).rejects.toThrow(/A batch does not fit/);
  });
});

describe("a replay of events that are collected", () => {
  const batch = { batch: { size: 2, within: "1 minute" } };
  const replay = (message: object | string, more: Partial<ReplayItem> = {}, of: object = batch) =>
    admit(
      typeof message === "string" ? message : JSON.stringify(message),
      spec(of),
      harness.ports,
      broughtBy(more),
    );
  const outcome = async (message: object | string, more: Partial<ReplayItem> = {}) =>
    ((await replay(message, { dry: true, ...more })) as unknown as { outcome: string }).outcome;

  test("counts a new event", async () => {
    expect(await replay(edit(1))).toMatchObject({ kind: "collected" });
    expect(harness.replays.counts).toEqual({ "index new": 1 });
  });

  test("as a dry run finds what each event would do, and stores nothing", async () => {
    expect(await outcome(edit(1))).toBe("new");
    expect(await outcome("no event")).toBe("quarantined");
    expect(await outcome(event({ document: 7 }))).toBe("quarantined");
    expect(harness.state.all()).toEqual([]);
    await send(edit(1), batch);
    expect(await outcome(edit(1))).toBe("duplicate");
    expect(await outcome(event({ document: "d", edit: 1, more: 2, millrace: { id: "e1" } }))).toBe(
      "quarantined",
    );
    await send(edit(2), batch);
    const [run] = runs();
    expect(await outcome(edit(1), { replay: "q" })).toBe("duplicate");
    expect(await outcome(edit(1), { replay: "r", again: true })).toBe("running");
    await harness.state.runs.end(run!.run, 1, { status: "succeeded" });
    expect(await outcome(edit(1), { replay: "s", again: true })).toBe("again");
    expect(Object.values(harness.replays.counts).reduce((sum, count) => sum + count)).toBe(8);
  });

  test("as a dry run with a large value stores nothing", async () => {
    const large = event({ document: "d", edit: 1, text: "x".repeat(100_000) });
    await replay(large, { dry: true }, {});
    expect(harness.files.size).toBe(0);
  });

  test.each([
    ["waits", false],
    ["is started", true],
  ])("of a workflow without batches counts a run that %s once as new", async (_, open) => {
    harness.ports.admissions.open = async () => open;
    await replay(edit(1), {}, {});
    expect(harness.replays.counts).toEqual({ "index new": 1 });
    const { run } = runs()[0]!;
    await change(run, { status: "accepted", epoch: 2 });
    await replay(edit(1), {}, {});
    expect(harness.replays.counts).toEqual({ "index new": 1, "index duplicate": 1 });
  });

  test("of a run that waits counts it as new in a dry run, and as a duplicate in a later epoch", async () => {
    harness.ports.admissions.open = async () => false;
    await send(edit(1));
    const dry = async (name: string) => {
      await replay(edit(1), { dry: true, replay: name }, {});
      return Object.keys(harness.replays.counts).at(-1);
    };
    expect(await dry("a")).toBe("index new");
    await change(runs()[0]!.run, { epoch: 2 });
    expect(await dry("b")).toBe("index duplicate");
  });

  test("an error of the infrastructure is none of its outcomes", async () => {
    await send(edit(1));
    const { run } = runs()[0]!;
    await harness.state.runs.end(run, 1, { status: "succeeded" });
    harness.ports.runs = {
      ...harness.ports.runs,
      change: async () => Promise.reject(new Error("throttled")),
    };
    await expect(replay(edit(1), { again: true }, {})).rejects.toThrow("throttled");
  });
});

describe("an event", () => {
  const receipts = () => {
    const found: { event: string; state: string }[] = [];
    harness.ports.deliveries = { record: async (receipt) => void found.push(receipt) };
    return found;
  };
  const other = (more: object = {}) =>
    event({ document: "d", edit: 1, millrace: { id: "other" }, ...more }, { id: "other" });

  test("with the identity of an earlier one is a duplicate with a receipt, and the same one again is none", async () => {
    const found = receipts();
    const { run } = (await send(edit(1))) as { run: string };
    expect(await send(edit(1))).toEqual({ kind: "duplicate", run });
    expect(found).toEqual([]);
    expect(await send(other())).toEqual({ kind: "duplicate", run });
    expect(found).toMatchObject([{ event: "other", state: "duplicate", subscriber: "index", run }]);
    expect(harness.ports.counts.get("EventsDuplicate")).toBe(2);
  });

  test("with the identity of an earlier one and another payload is a contradiction, which names that", async () => {
    await send(edit(1));
    expect(await send(other({ more: 2 }))).toEqual({ kind: "quarantined", reason: "contradiction" });
    expect(harness.state.all().filter(({ kind }) => kind === "quarantine")).toMatchObject([
      {
        findings: [
          { path: "", message: expect.stringContaining("Event e1 of the same identity started run") },
        ],
      },
    ]);
  });

  test("whose run waits has a receipt of that, and one whose run starts has none", async () => {
    const found = receipts();
    await send(edit(1));
    expect(found).toEqual([]);
    harness.ports.admissions.open = async () => false;
    await send(edit(2));
    expect(found).toMatchObject([{ event: "e2", state: "received" }]);
  });

  test("that calls a run and is invalid fails the run, and one that calls none has no run", async () => {
    const request = (run: object) =>
      millrace("run.requested", {
        workflow: "index",
        event: "document.changed",
        version: 1,
        payload: { document: 7 },
        ...run,
      });
    await send(request({ run: "index-called" }));
    expect(runs()).toMatchObject([{ run: "index-called", status: "failed" }]);
    await send(event({ document: 7 }));
    expect(runs()).toHaveLength(1);
  });

  describe("of a workflow without executions", () => {
    const PLAN = {
      step: "pack",
      path: "pack",
      steps: [],
      values: {},
      output: { input: null, fills: [] },
      deadline: 60,
      patience: 60,
    };
    const express = (plan: object | undefined = PLAN) => {
      const sent: unknown[] = [];
      Object.assign(harness.ports, {
        express: {
          plan: async () => plan,
          send: async (message: object) => void sent.push(message),
          firstEffect: () => undefined,
          work: async () => false,
        },
      });
      return sent;
    };

    test("is started once, and its message is sent again with the event", async () => {
      const sent = express();
      const { kind, run } = (await send(edit(1))) as { kind: string; run: string };
      expect([kind, sent.length]).toEqual(["started", 1]);
      expect(await send(edit(1))).toEqual({ kind: "duplicate", run });
      expect(sent).toHaveLength(2);
      expect(await send(other())).toEqual({ kind: "duplicate", run });
      expect(sent).toHaveLength(2);
    });

    test("is a duplicate after its definition changed", async () => {
      express();
      await send(edit(1));
      Object.assign(harness.ports, {
        express: { plan: async () => undefined, send: async () => Promise.reject(new Error("sent")) },
      });
      expect(await send(edit(1))).toMatchObject({ kind: "duplicate" });
      Object.assign(harness.ports, { express: undefined });
      expect(await send(edit(1))).toMatchObject({ kind: "duplicate" });
    });

    test.each([
      ["keys", { perKey: { atOnce: 1, wait: true } }],
      ["a shared limit", { sharedLimit: { limit: calls } }],
    ])("waits for its turn first if it has %s", async (_, more) => {
      express();
      await send(edit(1), more);
      expect(harness.state.changes[0]!.after).toMatchObject({ kind: "run", status: "accepted" });
    });
  });
});

describe("a check of a per-key queue", () => {
  const perKey = { perKey: { atOnce: 1, whenBusy: "wait" } };
  const look = (at?: number, more: object = perKey) => send({ keyQueue: "d", at }, more);

  test.each<[string, number | undefined, object, number]>([
    ["that is early is repeated", NOW + 1, perKey, 1],
    ["that is on time is not repeated", NOW, perKey, 0],
    ["without a time is not repeated", undefined, perKey, 0],
    ["of a workflow without keys is not repeated", NOW + 1, {}, 0],
    ["that is early for a batch is repeated", NOW + 1, { batch: { size: 2, within: "1 minute" } }, 1],
  ])("%s", async (_, at, more, count) => {
    expect(await look(at, more)).toEqual({ kind: "looked", key: "d" });
    expect(harness.keyed.reminded).toHaveLength(count);
  });
});

describe("the place of a run in a shared limit", () => {
  const limited = { sharedLimit: { limit: calls } };
  const begun = async () => {
    const { run } = (await send(edit(1), limited)) as { run: string };
    await send(edit(2), limited);
    return { run };
  };

  test("is free when an event of an ended run is delivered again, and not while it runs", async () => {
    const { run } = await begun();
    const places = async () =>
      (await harness.shared.limits.read("")).places.map(({ execution }) => execution);
    await send(edit(1), limited);
    expect(await places()).toContain(run);
    await harness.state.runs.end(run, 1, { status: "succeeded" });
    await send(edit(1), limited);
    expect(await places()).not.toContain(run);
  });

  test("is taken over by a released run, and by no other, if its run ended without a report", async () => {
    const { run } = await begun();
    const [, waiting] = runs();
    await harness.state.runs.end(run, 1, { status: "succeeded" });
    harness.clock.now += 11 * 60_000;
    const status = () => harness.state.get(runKey(waiting!.run));
    await send(edit(2), limited);
    expect(status()).toMatchObject({ status: "accepted" });
    await send(millrace("run.requested", { workflow: "index", held: waiting!.run }), limited);
    expect(status()).toMatchObject({ status: "running" });
  });

  test("is none of a workflow that has no limit any more", async () => {
    const { run } = await begun();
    await harness.state.runs.end(run, 1, { status: "succeeded" });
    const ended = millrace("run.succeeded", { run, epoch: 1, limit: "calls" });
    expect(await send(ended)).toEqual({ kind: "looked", key: "" });
    expect(await send(edit(1))).toEqual({ kind: "duplicate", run });
  });
});

describe("an event that is collected", () => {
  const batch = { batch: { size: 2, within: "1 minute" } };
  const findings = () =>
    harness.state.all().flatMap((item) => (item.kind === "quarantine" ? item.findings : []));

  test("and is invalid, or has no key, is refused with the reason", async () => {
    expect(await send(event({ document: 7 }), batch)).toEqual({ kind: "quarantined", reason: "contract" });
    expect(findings().length).toBeGreaterThan(0);
    harness = setUp();
    const bare = defineEvent("document.changed", { version: 1, schema: z.object({}) });
    expect(await send(event({}), { ...batch, on: [bare] })).toEqual({
      kind: "quarantined",
      reason: "contract",
    });
    expect(findings()).toMatchObject([{ message: expect.any(String) }]);
  });

  test("and is in a run already does not wait for another", async () => {
    for (const number of [1, 2]) await send(edit(number), batch);
    const joined: unknown[] = [];
    const { batches } = harness.ports;
    harness.ports.batches = { ...batches, join: async (item) => void joined.push(item) };
    expect(await send(edit(1), batch)).toEqual({ kind: "duplicate", run: runs()[0]!.run });
    expect(joined).toEqual([]);
  });
});

test("a dry run of large values stores none, and finds the same event once", async () => {
  const Loose = defineEvent("document.changed", {
    version: 1,
    schema: z.looseObject({ document: z.string() }),
  });
  const of = { on: [Loose], reads: [] };
  const replay = async (body: string, dry: boolean) =>
    await admit(body, spec(of), harness.ports, broughtBy({ dry }));
  const large = JSON.stringify(event({ document: "d", text: "x".repeat(250_000) }));
  expect(await replay(large, true)).toMatchObject({ outcome: "new" });
  expect(await replay(large, true)).toMatchObject({ outcome: "duplicate" });
  expect(await replay("no event", true)).toMatchObject({ outcome: "quarantined" });
  expect(harness.files.size).toBe(0);
  await replay(large, false);
  expect(harness.files.size).toBe(1);
});
