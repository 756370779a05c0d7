import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { admit } from "../../../lambdas/runtime/intake/admit.ts";
import { planBatch } from "../../../lambdas/runtime/intake/batch/plan.ts";
import type { IntakeSpec } from "../../../lambdas/runtime/intake/intake-spec.ts";
import { receiptsOf } from "../../../lambdas/runtime/ledger/outcome.ts";
import { journalOf } from "../../../lambdas/runtime/relay/journal.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import type { Batch } from "../../../lib/contract/event-batch.ts";
import type { CollectedEventItem, RunItem } from "../../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation } from "../memory/memory.ts";
import { memoryKeyQueues } from "../memory/memory-key-queues.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";

const Changed = defineEvent("document.changed", {
  version: 1,
  schema: z.object({ document: z.string(), edit: z.int(), text: z.string().optional() }),
  key: ({ document }) => document,
});
const START = Date.parse("2026-11-21T10:00:00.000Z");
const BATCH: Batch = { size: 10, within: "30 seconds" };

let harness: ReturnType<typeof setUp>;
beforeEach(() => {
  harness = setUp();
});

function setUp() {
  const clock = { now: START };
  const state = memory(() => clock.now);
  const machines = memoryExecutions();
  const keyed = memoryKeyQueues();
  const workflow = { open: true };
  const files = new Map<string, Uint8Array>();
  const ports = {
    ...state,
    ...keyed,
    ...memoryObservation(),
    executions: machines.executions,
    admissions: { open: async () => workflow.open, settings: vi.fn(async () => undefined) },
    artifacts: (of: string, run: string) => memoryArtifacts(`${of}/${run}/`, files).artifacts,
    now: () => clock.now,
  };
  const spec = (more: Partial<IntakeSpec> = {}): IntakeSpec => ({
    workflow: "index",
    on: [Changed],
    version: "v",
    retentionDays: 90,
    mostHops: 32,
    reads: [],
    batch: BATCH,
    ...more,
  });
  const items = (kind: string) => state.all().filter((item) => item.kind === kind);
  return {
    clock,
    state,
    machines,
    keyed,
    workflow,
    ports,
    spec,
    change: (edit: number, document = "d", more: Partial<IntakeSpec> = {}, text?: string) =>
      admit(body(document, edit, text), spec(more), ports),
    look: (key = "d", more: Partial<IntakeSpec> = {}) =>
      admit(JSON.stringify({ keyQueue: key }), spec(more), ports),
    runs: () => items("run") as RunItem[],
    collected: () => items("collected-event") as CollectedEventItem[],
    /** The edits of each execution that was started. */
    started: () =>
      machines.started.map(({ input }) =>
        JSON.parse(input).event.events.map(({ edit }: any) => edit as number),
      ),
  };
}

function body(document: string, edit: number, text?: string, id = `e${edit}`): string {
  const time = new Date(START + edit * 1_000).toISOString();
  const detail = { document, edit, text, millrace: { id, time } };
  return JSON.stringify({ id, "detail-type": "document.changed", source: "editor", time, detail });
}

/** Edits 0 to 299, shuffled, each twice. */
const BURST = Array.from({ length: 600 }, (_, at) => (at * 7919) % 300);
const all = (count: number) => Array.from({ length: count }, (_, edit) => edit);

/** Each event is in exactly one run, and says which. */
function expectExact(edits: number[]) {
  expect(
    harness
      .started()
      .flat()
      .toSorted((a, b) => a - b),
  ).toEqual(edits);
  for (const { run, events } of harness.runs()) {
    const own = harness.collected().filter((event) => event.run === run);
    expect(own.map(({ event }) => event.id).toSorted()).toEqual(events!.map(({ id }) => id).toSorted());
  }
}

describe("a batch", () => {
  test("no settings are read for a key without events", async () => {
    const { settings } = harness.ports.admissions;
    await harness.look();
    expect(settings).not.toHaveBeenCalled();
    await harness.change(0);
    settings.mockClear();
    await harness.look();
    expect(settings).toHaveBeenCalled();
  });

  test("hundreds at once: full batches start at once, each event is in exactly one run", async () => {
    await Promise.all(BURST.map((edit) => harness.change(edit)));
    expect(harness.started().map((edits) => edits.length)).toEqual(Array(30).fill(10));
    expectExact(all(300));
    await Promise.all(BURST.map((edit) => harness.change(edit)));
    expect(harness.started()).toHaveLength(30);
  });

  test("the rest waits until the first of it has waited long enough, and is in the order of the events", async () => {
    for (const edit of [2, 0, 1]) await harness.change(edit);
    expect(harness.started()).toEqual([]);
    expect(harness.keyed.reminded).toEqual([{ key: "d", at: START + 30_000 }]);
    harness.clock.now += 29_999;
    await harness.look();
    expect(harness.started()).toEqual([]);
    harness.clock.now += 1;
    await Promise.all([harness.look(), harness.look(), harness.look()]);
    expect(harness.started()).toEqual([[0, 1, 2]]);
    expectExact(all(3));
    const input = JSON.parse(harness.machines.started[0]!.input);
    expect(input.event.key).toBe("d");
    expect(input.event.events[1]).toEqual({ document: "d", edit: 1 });
  });

  test("an event after it starts the next batch, with a time of its own", async () => {
    await harness.change(0);
    harness.clock.now += 30_000;
    await harness.change(1);
    expect(harness.started()).toEqual([[0, 1]]);
    harness.clock.now += 5_000;
    await harness.change(2);
    expect(harness.keyed.reminded.at(-1)).toEqual({ key: "d", at: START + 65_000 });
  });

  test("other keys have batches of their own; `by` overrides the event's key", async () => {
    for (const [edit, document] of ["a", "b", "c"].entries()) await harness.change(edit, document);
    harness.clock.now += 30_000;
    for (const key of ["a", "b", "c"]) await harness.look(key);
    expect(harness.started()).toEqual([[0], [1], [2]]);
    const batch = { ...BATCH, size: 2, by: () => "all" };
    for (const [at, document] of ["a", "b"].entries()) await harness.change(10 + at, document, { batch });
    expect(harness.started().at(-1)).toEqual([10, 11]);
  });

  test("a batch without room for the next event starts, and a larger event is a batch of its own", async () => {
    const batch = { ...BATCH, bytes: 1_000 };
    const text = "x".repeat(300);
    for (const edit of all(3)) {
      await harness.change(edit, "d", { batch }, text);
      harness.clock.now += 1;
    }
    expect(harness.started()).toEqual([[0, 1]]);
    await harness.change(3, "d", { batch }, "y".repeat(1_000));
    expect(harness.started()).toEqual([[0, 1], [2], [3]]);
    expectExact(all(4));
  });

  test("large payloads travel by reference into the run's own part of the bucket", async () => {
    const text = "x".repeat(90_000);
    for (const edit of all(2))
      await harness.change(edit, "d", { reads: ["events[]", "events[].edit"] }, text);
    harness.clock.now += 30_000;
    await harness.look("d", { reads: ["events[]", "events[].edit"] });
    const { run, event } = JSON.parse(harness.machines.started[0]!.input);
    expect(JSON.stringify(event).length).toBeLessThan(64 * 1024 + 90_100);
    expect(JSON.stringify(event)).toContain(`index/${run.id}/`);
    expect(event.events.map(({ edit }: any) => edit)).toEqual([0, 1]);
  });

  test("an event without a key is quarantined", async () => {
    const keyless = [{ ...Changed, key: undefined }];
    expect(await harness.change(1, "d", { on: keyless })).toEqual({
      kind: "quarantined",
      reason: "contract",
    });
  });

  test("the same identity with another payload is a contradiction", async () => {
    const on = [{ ...Changed, identity: ({ edit }: any) => String(edit) }];
    await harness.change(1, "d", { on });
    const other = await admit(body("d", 1, "other"), harness.spec({ on }), harness.ports);
    expect(other).toEqual({ kind: "quarantined", reason: "contradiction" });
    expect(harness.collected()).toHaveLength(1);
  });

  test("a call is a batch of its own, under the id that the caller chose", async () => {
    const detail = { workflow: "index", run: "index-chosen", event: "document.changed", version: 1 };
    const request = { ...detail, payload: { document: "d", edit: 7 }, millrace: { id: "call" } };
    const message = {
      id: "call",
      "detail-type": "run.requested",
      source: "millrace",
      time: "",
      detail: request,
    };
    expect(await admit(JSON.stringify(message), harness.spec(), harness.ports)).toEqual({
      kind: "started",
      run: "index-chosen",
    });
    expect(harness.started()).toEqual([[7]]);
  });
});

describe("crashes", () => {
  const killed = () => Promise.reject(new Error("killed"));

  test.each(["join", "line", "events", "form", "leave", "reminded"] as const)(
    "at %s, before and after it: the redelivery finds what is left to do",
    async (call) => {
      for (const when of ["before", "after"]) {
        harness = setUp();
        for (const edit of all(9)) await harness.change(edit);
        if (call === "reminded") harness.clock.now += 30_000;
        const { batches } = harness.ports;
        const crashing = async (...given: any[]) => {
          if (when === "after") await (batches[call] as any)(...given);
          return await killed();
        };
        harness.ports.batches = { ...batches, [call]: crashing };
        await harness.change(9).catch(() => {});
        harness.ports.batches = batches;
        await harness.change(9);
        harness.clock.now += 60_000;
        await harness.look();
        expectExact(all(10));
        expect((await batches.line("d")).entries).toEqual([]);
      }
    },
  );

  test("between the transaction and the start: the next reader starts the run", async () => {
    const { executions } = harness.ports;
    for (const edit of all(9)) await harness.change(edit);
    harness.ports.executions = { ...executions, start: killed };
    await expect(harness.change(9)).rejects.toThrow("killed");
    harness.ports.executions = executions;
    await harness.look();
    expect(harness.started()).toHaveLength(1);
  });

  test("throttled after such a crash: the message waits, and the events stay until their run has started", async () => {
    const { executions, batches } = harness.ports;
    for (const edit of all(9)) await harness.change(edit);
    harness.ports.executions = { ...executions, start: killed };
    await expect(harness.change(9)).rejects.toThrow("killed");
    harness.ports.executions = { ...executions, start: async () => ({ kind: "throttled" }) };
    expect((await harness.look()).kind).toBe("throttled");
    expect((await batches.line("d")).entries).toHaveLength(10);
    harness.ports.executions = executions;
    expect((await harness.look()).kind).toBe("looked");
    expectExact(all(10));
  });

  test("before the events leave the line: their run, which has ended, is not started again", async () => {
    const { batches, executions } = harness.ports;
    for (const edit of all(9)) await harness.change(edit);
    harness.ports.batches = { ...batches, leave: killed };
    await expect(harness.change(9)).rejects.toThrow("killed");
    harness.ports.batches = batches;
    await harness.state.runs.end(harness.runs()[0]!.run, 1, { status: "succeeded" });
    const start = vi.fn(executions.start);
    harness.ports.executions = { ...executions, start };
    await harness.look();
    expect(start).not.toHaveBeenCalled();
    expect((await batches.line("d")).entries).toEqual([]);
  });

  test("long ago, so that the event or its run has expired: it leaves the line", async () => {
    const { batches, runs } = harness.ports;
    await harness.change(0);
    harness.clock.now += 1;
    await harness.change(1);
    harness.clock.now += 29_999;
    const [gone] = (await batches.line("d")).entries;
    const events: typeof batches.events = async (entries) =>
      (await batches.events(entries)).map((event) =>
        event?.collected === gone!.collected ? undefined : event,
      );
    const read = vi.fn(runs.read);
    Object.assign(harness.ports, { batches: { ...batches, events }, runs: { ...runs, read } });
    await harness.look();
    harness.clock.now += 1;
    await harness.look();
    expect(harness.started()).toEqual([[1]]);
    expect(read).not.toHaveBeenCalled();

    await harness.change(2);
    harness.clock.now += 30_000;
    Object.assign(harness.ports, { batches: { ...batches, leave: killed } });
    await expect(harness.look()).rejects.toThrow("killed");
    Object.assign(harness.ports, { batches, runs: { ...runs, read: async () => undefined } });
    await harness.look();
    expect((await batches.line("d")).entries).toEqual([]);
  });

  test.each(["taken", "conflict"] as const)(
    "another delivery is forming it (%s): one run, counted once",
    async (answer) => {
      const { batches } = harness.ports;
      for (const edit of all(9)) await harness.change(edit);
      const form: typeof batches.form = async () => {
        harness.ports.batches = batches;
        Object.assign(refused, batches);
        if (answer === "taken") await harness.change(9);
        return answer;
      };
      const refused = { ...batches, form };
      harness.ports.batches = refused;
      await harness.change(9);
      expectExact(all(10));
      expect(harness.runs()).toHaveLength(1);
      expect(harness.ports.counts.get("BatchesFormed")).toBe(1);
    },
  );

  test("throttled: the message waits, and the run is started later", async () => {
    const { executions } = harness.ports;
    for (const edit of all(9)) await harness.change(edit);
    harness.ports.executions = { ...executions, start: async () => ({ kind: "throttled" }) };
    expect((await harness.change(9)).kind).toBe("throttled");
    harness.ports.executions = executions;
    expect((await harness.change(9)).kind).toBe("duplicate");
    expectExact(all(10));
  });

  test("a delivery that joins the line after its event was taken into a run does not bring it into a second", async () => {
    const { batches } = harness.ports;
    for (const edit of all(9)) await harness.change(edit);
    const late: typeof batches.join = async (event) => {
      harness.ports.batches = batches;
      await harness.change(9);
      await batches.join(event);
    };
    harness.ports.batches = { ...batches, join: late };
    await harness.change(9);
    harness.clock.now += 60_000;
    await harness.look();
    expectExact(all(10));
    expect((await batches.line("d")).entries).toEqual([]);
  });
});

describe("with other rules", () => {
  test("one batch of a key at a time, in order", async () => {
    const more = { perKey: { atOnce: 1 }, batch: { ...BATCH, size: 2 } };
    for (const edit of all(6)) await harness.change(edit, "d", more);
    expect(harness.started()).toEqual([[0, 1]]);
    await harness.state.runs.end(harness.runs().find(({ status }) => status === "running")!.run, 1, {
      status: "succeeded",
    });
    await harness.look("d", more);
    expect(harness.started()).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test("while the workflow is paused, batches are formed and held", async () => {
    harness.workflow.open = false;
    for (const edit of all(10)) await harness.change(edit);
    expect(harness.started()).toEqual([]);
    expect(harness.runs()).toMatchObject([{ status: "accepted", held: "paused" }]);
    const written = harness.state.receipts.filter(({ run }) => run === harness.runs()[0]!.run);
    expect(written.map(({ event }) => event).toSorted()).toEqual(all(10).map((edit) => `e${edit}`));
  });
});

test("the ledger: each event is received, and done with the name of the run once that runs", async () => {
  for (const edit of all(10)) await harness.change(edit);
  expect(harness.state.receipts).toHaveLength(10);
  expect(harness.state.receipts[0]).toMatchObject({ state: "received", why: "It waits for its batch." });
  const [{ run } = { run: "" }] = harness.runs();
  const receipts = harness.state.changes.flatMap(({ before, after }) => receiptsOf(before, after));
  expect(receipts.map(({ event }) => event)).toEqual(all(10).map((edit) => `e${edit}`));
  expect(receipts.every((receipt) => receipt.state === "done" && receipt.run === run)).toBe(true);
});

test("the run belongs to the correlation of each of its events", async () => {
  for (const edit of all(10)) await harness.change(edit);
  const [accepted] = harness.state.changes.filter(({ after }) => after?.kind === "run");
  const journal = journalOf(
    [{ before: undefined, after: accepted!.after as RunItem, events: [] }],
    90,
    undefined,
    new Set(),
  );
  const correlations = journal.flatMap((item) => (item.kind === "correlated" ? item.correlation : []));
  expect(correlations).toHaveLength(11);
  expect(correlations).toEqual(expect.arrayContaining(all(10).map((edit) => `e${edit}`)));
});

test("the run is found by the key of its batch, which only limits by key read as the run's key", async () => {
  for (let edit = 0; edit < 10; edit++) await harness.change(edit);
  expect(harness.runs()).toMatchObject([{ about: "d", keyed: "index#d", key: undefined }]);
});

test("a batch of one plan: by size, by bytes, by time", () => {
  const entry = (at: number, bytes = 10) => ({
    collected: `c${at}`,
    acceptedAt: new Date(START + at).toISOString(),
    bytes,
  });
  const batch: Batch = { size: 3, within: "1 second", bytes: 25 };
  expect(planBatch([], batch, START)).toBeUndefined();
  expect(planBatch([entry(0)], batch, START + 999)).toEqual({ due: START + 1_000 });
  expect(planBatch([entry(0)], batch, START + 1_000)).toEqual({ form: [entry(0)] });
  expect(planBatch([entry(0), entry(1), entry(2)], batch, START)).toEqual({ form: [entry(0), entry(1)] });
  expect(planBatch([entry(0, 30), entry(1)], batch, START)).toEqual({ form: [entry(0, 30)] });
  expect(planBatch([entry(0, 1), entry(1, 1), entry(2, 1), entry(3, 1)], batch, START)).toEqual({
    form: [entry(0, 1), entry(1, 1), entry(2, 1)],
  });
  // An event that fills it exactly still fits, and one that fills it alone does not wait.
  expect(planBatch([entry(0, 10), entry(1, 15)], batch, START)).toEqual({ due: START + 1_000 });
  expect(planBatch([entry(0, 25)], batch, START)).toEqual({ form: [entry(0, 25)] });
});

test("a collected event is kept for the retention of its workflow", async () => {
  await harness.change(0);
  expect(harness.collected()[0]!.expiresAt).toBe(START / 1_000 + 90 * 24 * 60 * 60);
});
