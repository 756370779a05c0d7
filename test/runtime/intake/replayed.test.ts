import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { admit as admitMessage } from "../../../lambdas/runtime/intake/admit.ts";
import type { IntakeSpec } from "../../../lambdas/runtime/intake/intake-spec.ts";
import { react } from "../../../lambdas/runtime/reactions/react.ts";
import { replayOf } from "../../../lambdas/runtime/replay/replay-of.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import type { ClaimItem, ReplayItem, RunItem } from "../../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation } from "../memory/memory.ts";
import { memoryKeyQueues } from "../memory/memory-key-queues.ts";
import { memoryReplays } from "../memory/memory-replays.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";
import {
  bill,
  bills,
  id,
  never,
  placed,
  type ReactionHarness,
  reactionHarness,
} from "../reactions/reaction-harness.ts";

const ORDERED = "2026-11-21T10:00:00.000Z";
const NOW = Date.parse(ORDERED);
const replay = (more: Partial<ReplayItem> = {}) =>
  ({
    replay: "millrace-r",
    requested: { by: "ada", why: "lost", key: "r", at: ORDERED },
    again: false,
    dry: false,
    ...more,
  }) as ReplayItem;

test("only messages that a replay of Millrace delivers belong to a replay", async () => {
  const found = replay();
  const replays = { find: async (name: string) => (name === "millrace-r" ? found : undefined) };
  const of = (event: unknown) => replayOf(typeof event === "string" ? event : JSON.stringify(event), replays);
  expect(await of({ "replay-name": "millrace-r", detail: {} })).toBe(found);
  expect(await of({ "replay-name": "by-hand" })).toBeUndefined();
  expect(await of({ detail: { "replay-name": "millrace-r" } })).toBeUndefined();
  expect(await of({ "replay-name": "millrace-unknown" })).toBeUndefined();
  expect(await of("millrace-r is no JSON")).toBeUndefined();
});

describe("at a workflow", () => {
  const CommandBase = defineEvent("order.placed", {
    version: 1,
    schema: z.object({ order: z.string(), amount: z.number().default(1) }),
    identity: ({ order }) => order,
  });
  const spec: IntakeSpec = {
    workflow: "ship",
    on: [CommandBase],
    version: "v2",
    retentionDays: 90,
    mostHops: 32,
    reads: ["order"],
  };

  function setUp() {
    const state = memory(() => NOW);
    const machines = memoryExecutions();
    const files = new Map<string, Uint8Array>();
    const replays = memoryReplays();
    const ports = {
      ...state,
      executions: machines.executions,
      ...memoryObservation(),
      ...memoryKeyQueues(),
      replays,
      admissions: { open: async () => true, settings: async () => undefined },
      artifacts: (workflow: string, run: string) => memoryArtifacts(`${workflow}/${run}/`, files).artifacts,
      now: () => NOW,
    };
    return { state, machines, files, ports, counts: replays.counts };
  }
  let harness: ReturnType<typeof setUp>;
  beforeEach(() => {
    harness = setUp();
  });

  const delivered = (detail: object, eventId = "e1") =>
    JSON.stringify({
      id: eventId,
      "detail-type": "order.placed",
      source: "shop",
      time: "2026-11-20T09:00:00Z",
      "replay-name": "millrace-r",
      detail,
    });
  const admit = (detail: object, more: Partial<ReplayItem> = {}, eventId = "e1") =>
    admitMessage(delivered(detail, eventId), spec, harness.ports, {
      replay: replay(more),
      replays: harness.ports.replays,
    });
  const runs = () => harness.state.all().filter((item) => item.kind === "run") as RunItem[];
  const ended = async () => {
    for (const { run } of runs()) await harness.state.runs.end(run, 1, { status: "succeeded" });
  };

  const forget = () => {
    for (const met of Object.keys(harness.counts)) delete harness.counts[met];
  };

  test("reads its event once, whatever follows", async () => {
    const validated: unknown[] = [];
    const counting = spec.on.map((contract) => {
      const standard = contract.schema["~standard"];
      const validate = (value: unknown) => {
        validated.push(value);
        return standard.validate(value);
      };
      return { ...contract, schema: { "~standard": { ...standard, validate } } } as typeof contract;
    });
    const handled = async (more: Partial<ReplayItem>) => {
      validated.length = 0;
      const brought = { replay: replay(more), replays: harness.ports.replays };
      await admitMessage(delivered({ order: "o1" }), { ...spec, on: counting }, harness.ports, brought);
      return validated.length;
    };
    expect(await handled({})).toBe(1);
    await ended();
    expect(await handled({ dry: true, again: true })).toBe(1);
    expect(await handled({ again: true })).toBe(1);
  });

  test("lost events start runs, and completed ones are skipped", async () => {
    expect(await admit({ order: "o1" })).toMatchObject({ kind: "started" });
    await ended();
    expect(await admit({ order: "o1" })).toMatchObject({ kind: "duplicate" });
    expect(harness.counts).toEqual({ "ship new": 1, "ship duplicate": 1 });
  });

  test("again begins the next epoch on the deployed definition, once for all deliveries", async () => {
    await admit({ order: "o1" });
    const [{ run }] = runs() as [RunItem];
    expect(await admit({ order: "o1" }, { again: true })).toMatchObject({ kind: "duplicate" });
    await harness.state.runs.end(run, 1, { status: "succeeded" });
    await harness.state.runs.change(run, (item) => ({
      ...item,
      version: "v1",
      input: '{"run":{},"event":{}}',
    }));
    expect(await admit({ order: "o1" }, { again: true })).toEqual({ kind: "again", run });
    expect(await admit({ order: "o1" }, { again: true })).toEqual({ kind: "started", run });
    const item = harness.state.get(runKey(run)) as RunItem;
    expect(item).toMatchObject({
      epoch: 2,
      restarted: 2,
      version: "v2",
      replayed: { by: "ada", why: "lost" },
    });
    expect(inputOf(item)).toMatchObject({
      run: { id: run, epoch: 2, restarted: 2, version: "v2" },
      event: { order: "o1", amount: 1 },
    });
    expect(harness.counts).toEqual({
      "ship new": 1,
      "ship running": 1,
      "ship again": 1,
      "ship duplicate": 1,
    });
  });

  test("each replay restarts a run once, whatever the machines' clocks and however late its event is redelivered", async () => {
    await admit({ order: "o1" });
    await ended();
    const ahead = { key: "ahead", by: "bo", why: "", at: "2026-11-21T11:00:00.000Z" };
    const behind = { ...ahead, key: "behind", at: "2026-11-21T10:59:58.000Z" };
    await admit({ order: "o1" }, { again: true, requested: ahead });
    await harness.state.runs.end(runs()[0]!.run, 2, { status: "succeeded" });
    await admit({ order: "o1" }, { again: true, requested: behind });
    expect(runs()[0]).toMatchObject({ epoch: 3, replayed: behind });
    await harness.state.runs.end(runs()[0]!.run, 3, { status: "succeeded" });
    forget();
    for (const requested of [ahead, behind])
      expect(await admit({ order: "o1" }, { again: true, requested })).toMatchObject({ kind: "duplicate" });
    expect(runs()[0]).toMatchObject({ epoch: 3 });
    expect(harness.counts).toEqual({ "ship duplicate": 2 });
  });

  test("a dry run writes nothing, and its counts equal what then happens", async () => {
    await admit({ order: "done" });
    await ended();
    const before = structuredClone(harness.state.all());
    forget();
    const events: [object, string][] = [
      [{ order: "lost", amount: 2 }, "e2"],
      [{ order: "lost", amount: 2 }, "e3"],
      [{ order: "lost", amount: 3 }, "e4"],
      [{ order: "done" }, "e5"],
      [{ order: "done", amount: 7 }, "e6"],
      [{ order: 7 }, "e7"],
      [{ order: "large", note: "long ".repeat(20_000) }, "e8"],
    ];
    for (const [detail, eventId] of events) await admit(detail, { dry: true }, eventId);
    expect(harness.state.all()).toEqual(before);
    expect(harness.files.size).toBe(0);
    const dryRunEvent = { ...harness.counts };
    expect(dryRunEvent).toEqual({ "ship new": 2, "ship duplicate": 2, "ship quarantined": 3 });

    forget();
    for (const [detail, eventId] of events) await admit(detail, {}, eventId);
    expect(harness.counts).toEqual(dryRunEvent);
  });

  test("a dry run of again counts the epochs, once for each run", async () => {
    await admit({ order: "o1" });
    const dry = { again: true, dry: true };
    expect(await admit({ order: "o1" }, dry)).toEqual({ kind: "dry-run-event", outcome: "running" });
    await ended();
    expect(await admit({ order: "o1" }, dry)).toEqual({ kind: "dry-run-event", outcome: "again" });
    expect(await admit({ order: "o1" }, dry)).toEqual({ kind: "dry-run-event", outcome: "duplicate" });
    expect(runs()[0]!.epoch).toBe(1);
  });
});

describe("at a reaction", () => {
  let harness: ReactionHarness;
  let replays: ReturnType<typeof memoryReplays>;
  beforeEach(() => {
    harness = reactionHarness();
    replays = memoryReplays();
  });
  const deliver = (code: Parameters<typeof react>[2], more: Partial<ReplayItem> = {}, detail: object = {}) =>
    react(
      {
        body: JSON.stringify({ ...placed(detail), "replay-name": "millrace-r" }),
        sent: harness.clock.now,
        brought: { replay: replay(more), replays },
      },
      bill,
      code,
      { id: `invocation ${Math.random()}`, deadline: harness.clock.now + 30_000 },
      harness.ports,
    );
  const claimOf = (epoch: number) => harness.state.get(claimKey(id, epoch, "bill")) as ClaimItem | undefined;

  test("lost events are handled, and completed ones are skipped", async () => {
    expect(await deliver(bills())).toEqual({ kind: "handled" });
    expect(await deliver(never)).toEqual({ kind: "duplicate" });
    expect(replays.counts).toEqual({ "bill new": 1, "bill duplicate": 1 });
  });

  test("again handles it under another idempotency key, once for each replay, with operator and reason", async () => {
    const keys: string[] = [];
    const code = async (_: unknown, context: { idempotencyKey: string }) =>
      void keys.push(context.idempotencyKey);
    await harness.deliver(placed(), code as never);
    expect(await deliver(code as never, { again: true })).toEqual({ kind: "handled" });
    expect(await deliver(never, { again: true })).toEqual({ kind: "duplicate" });
    const second = { again: true, requested: { by: "bo", why: "again", key: "s", at: ORDERED } };
    expect(await deliver(code as never, second)).toEqual({ kind: "handled" });
    // Who is delivered the event without a replay finds it done.
    expect(await harness.deliver(placed(), never)).toEqual({ kind: "duplicate" });
    expect(new Set(keys).size).toBe(3);
    expect(claimOf(1)?.replayed).toBeUndefined();
    expect(claimOf(2)).toMatchObject({ state: "done", replayed: { by: "ada", why: "lost" } });
    expect(claimOf(3)).toMatchObject({ state: "done", replayed: { by: "bo", why: "again" } });
    expect(replays.counts).toEqual({ "bill again": 2, "bill duplicate": 1 });
  });

  test("a dry run handles nothing, quarantines nothing, and counts", async () => {
    expect(await deliver(never, { dry: true })).toEqual({ kind: "dry-run-event", outcome: "new" });
    expect(await deliver(never, { dry: true })).toEqual({ kind: "dry-run-event", outcome: "duplicate" });
    expect(await deliver(never, { dry: true }, { cents: 5 })).toEqual({
      kind: "dry-run-event",
      outcome: "quarantined",
    });
    await deliver(never, { dry: true }, { cents: "5" });
    expect(harness.state.all()).toEqual([]);
    await harness.deliver(placed(), bills());
    const again = { again: true, dry: true, replay: "millrace-s" };
    expect(await deliver(never, again)).toEqual({ kind: "dry-run-event", outcome: "again" });
    expect(replays.counts).toEqual({
      "bill new": 1,
      "bill duplicate": 1,
      "bill quarantined": 2,
      "bill again": 1,
    });
  });
});
