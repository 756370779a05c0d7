import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { control } from "../../../lambdas/runtime/control/control.ts";
import { admit } from "../../../lambdas/runtime/intake/admit.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import { type CompletionHarness, completionHarness } from "../completion/completion-harness.ts";
import { memoryExecutions, memoryObservation, noArtifacts } from "../memory/memory.ts";
import { controlHarness } from "../memory/memory-control.ts";
import { memoryKeyQueues } from "../memory/memory-key-queues.ts";

const Placed = defineEvent("order.placed", {
  version: 1,
  schema: z.object({ order: z.string() }),
  identity: ({ order }) => order,
});
const spec = { workflow: "w", on: [Placed], version: "v", retentionDays: 90, mostHops: 32, reads: ["order"] };

let harness: CompletionHarness;
let machines: ReturnType<typeof memoryExecutions>;
let setup: ReturnType<typeof controlHarness>;
let messages: { queueUrl: string; body: string }[];
beforeEach(async () => {
  harness = await completionHarness();
  machines = memoryExecutions();
  setup = controlHarness(harness);
  messages = [];
  setup.ports.stepQueues.send = async (queueUrl, message) =>
    void messages.push({ queueUrl, body: JSON.stringify(message) });
});

const body = (detail: unknown, event: object = {}) =>
  JSON.stringify({
    version: "0",
    id: "e1",
    "detail-type": "order.placed",
    source: "shop",
    time: "2026-11-21T09:59:59Z",
    account: "1",
    region: "eu",
    resources: [],
    detail,
    ...event,
  });
const deliver = (text: string) =>
  admit(text, spec, {
    ...harness.state,
    ...memoryObservation(),
    ...memoryKeyQueues(),
    executions: machines.executions,
    quarantine: { keep: (item) => harness.state.quarantine.keep({ ...item, queued: true }) },
    admissions: { open: async () => true, settings: async () => undefined },
    artifacts: () => noArtifacts,
    now: () => harness.clock.now,
  });
const kept = () => harness.state.kept()[0] as QuarantineItem;
async function quarantined(text: string): Promise<string> {
  expect((await deliver(text)).kind).toBe("quarantined");
  return kept().id;
}
let keys = 0;
const order = (action: string, quarantine: string, more: object = {}) =>
  control(
    { action, target: { quarantine }, by: "ada", why: "a typo", key: `k${++keys}`, ...more } as Command,
    setup.ports,
  );
const published = () => harness.state.changes.flatMap(({ before, after }) => eventsOf(before, after));

describe("released", () => {
  test("and corrected, the event goes only to its subscriber's queue, and is admitted under its own id", async () => {
    const id = await quarantined(body({ order: 7, millrace: { correlation: "c", hops: "many" } }));
    expect(await order("release-event", id, { payload: { order: "o7" } })).toEqual({
      done: true,
      says: "order.placed is released to w, corrected.",
    });
    expect(messages.map(({ queueUrl }) => queueUrl)).toEqual(["q"]);
    expect(await deliver(messages[0]!.body)).toMatchObject({ kind: "started" });
    const input = JSON.parse(machines.started[0]!.input);
    expect(input).toMatchObject({ event: { order: "o7" }, run: { event: "e1", correlation: "c", hops: 0 } });
  });

  test("operator and reason are stored and published, and it is no longer listed", async () => {
    const id = await quarantined(body({ order: 7 }));
    await order("release-event", id, { payload: { order: "o7" } });
    expect(kept()).toMatchObject({ resolved: { as: "released", by: "ada", why: "a typo" } });
    expect(kept()).not.toHaveProperty("list");
    expect(published().filter(({ name }) => name === "event.released")).toMatchObject([
      { data: { quarantine: id, subscriber: "w", event: "order.placed", by: "ada", why: "a typo" } },
    ]);
  });

  test("unchanged, if the definition has been fixed meanwhile", async () => {
    const text = body({ order: "o1", millrace: { version: 2 } });
    await order("release-event", await quarantined(text));
    expect(JSON.parse(messages[0]!.body)).toEqual(JSON.parse(text));
  });

  test("under another version", async () => {
    await order("release-event", await quarantined(body({ order: "o1", millrace: { version: 2 } })), {
      version: 1,
    });
    expect(await deliver(messages[0]!.body)).toMatchObject({ kind: "started" });
  });

  test("from a loop, its hops start from zero", async () => {
    await order("release-event", await quarantined(body({ order: "o1", millrace: { hops: 40 } })));
    expect(await deliver(messages[0]!.body)).toMatchObject({ kind: "started" });
  });

  test("and still invalid, it is quarantined again", async () => {
    const id = await quarantined(body({ order: 7 }));
    await order("release-event", id);
    expect((await deliver(messages[0]!.body)).kind).toBe("quarantined");
    expect(kept()).not.toHaveProperty("resolved");
    expect(kept()).toMatchObject({ id, list: expect.stringMatching(/^quarantine#/) });
    expect(published().filter(({ name }) => name === "event.quarantined")).toHaveLength(2);
  });

  test("it is open again even if its subscriber refuses it before the command is done", async () => {
    const id = await quarantined(body({ order: 7 }));
    setup.ports.stepQueues.send = async (_, message) => void (await deliver(JSON.stringify(message)));
    await order("release-event", id);
    expect(kept()).not.toHaveProperty("resolved");
  });

  test("and not sent, since the queue did not answer, it can be released again", async () => {
    const id = await quarantined(body({ order: 7 }));
    const { send } = setup.ports.stepQueues;
    setup.ports.stepQueues.send = () => Promise.reject(new Error("throttled"));
    await expect(order("release-event", id)).rejects.toThrow("throttled");
    setup.ports.stepQueues.send = send;
    expect(await order("release-event", id, { payload: { order: "o7" } })).toMatchObject({ done: true });
    expect(messages).toHaveLength(1);
  });

  test("twice, it is admitted once", async () => {
    const id = await quarantined(body({ order: 7 }));
    for (const _ of [1, 2]) await order("release-event", id, { payload: { order: "o7" } });
    const outcomes = [];
    for (const { body: message } of messages) outcomes.push((await deliver(message)).kind);
    expect(outcomes).toEqual(["started", "duplicate"]);
  });
});

describe("discarded", () => {
  test("it is never delivered, which is published with operator and reason", async () => {
    const id = await quarantined(body({ order: 7 }));
    expect(await order("discard-event", id)).toMatchObject({ done: true });
    expect(messages).toEqual([]);
    expect(kept()).toMatchObject({ resolved: { as: "discarded", by: "ada" } });
    expect(published().filter(({ name }) => name === "event.discarded")).toHaveLength(1);
  });

  test("it stays discarded when it is delivered again, and cannot be discarded twice", async () => {
    const id = await quarantined(body({ order: 7 }));
    await order("discard-event", id);
    await deliver(body({ order: 7 }));
    expect(kept()).toMatchObject({ resolved: { as: "discarded" } });
    expect(await order("discard-event", id)).toEqual({
      done: false,
      says: `Event ${id} has been discarded by ada: a typo`,
    });
  });
});

test("a command to discard that stopped after it was stored is done by its redelivery", async () => {
  const id = await quarantined(body({ order: 7 }));
  const { resolve } = setup.ports.quarantineStore;
  setup.ports.quarantineStore.resolve = async (...given) => {
    setup.ports.quarantineStore.resolve = resolve;
    await resolve(...given);
    throw new Error("killed");
  };
  await expect(order("discard-event", id, { key: "same" })).rejects.toThrow("killed");
  expect(await order("discard-event", id, { key: "same", why: "again" })).toMatchObject({ done: true });
});

test("an event of a subscriber that is not deployed stays in quarantine", async () => {
  const id = await quarantined(body({ order: 7 }));
  setup.ports.queues = { ...setup.ports.queues, read: async () => undefined };
  expect(await order("release-event", id)).toMatchObject({
    done: false,
    says: expect.stringContaining("is not deployed"),
  });
  expect(kept()).not.toHaveProperty("resolved");
});

describe("an event that a trigger refused", () => {
  /** As a trigger's function writes it, which has no queue. */
  const keptOfTrigger = async (detail: object, metadata: object = { version: 2, subject: "s" }) => {
    const id = await quarantined(body({ ...detail, millrace: metadata }));
    const { queued: _, ...item } = kept();
    harness.state.put({ ...item, subscriber: "webhook" });
    return id;
  };
  const onBus = () => published().filter(({ source }) => source !== "millrace");

  test("is published on the bus when it is released, corrected, under its own id and version", async () => {
    const id = await keptOfTrigger({ order: 7 });
    expect(await order("release-event", id, { payload: { order: "o7" } })).toEqual({
      done: true,
      says: "order.placed of webhook is released to its subscribers.",
    });
    expect(messages).toEqual([]);
    expect(onBus()).toMatchObject([
      { id: "e1", name: "order.placed", version: 2, source: "shop", subject: "s", data: { order: "o7" } },
    ]);
    expect(published().map(({ name }) => name)).toContain("event.released");
  });

  test("twice is the same event", async () => {
    const id = await keptOfTrigger({ order: 7 });
    for (const _ of [1, 2]) await order("release-event", id, { payload: { order: "o7" } });
    expect(new Set(onBus().map((event) => event.id))).toEqual(new Set(["e1"]));
  });

  test.each([
    ["its version is unknown", {}, { order: "o" }, "--of-version"],
    ["it is too large for the table", { version: 1 }, { order: "x".repeat(70_000) }, "65536"],
    [
      "it has what looks like an address of ours",
      { version: 1 },
      { "millrace:ref": { uri: "s3://b/k", bytes: 1, sha256: "x" } },
      "reserved",
    ],
  ])("is refused if %s", async (_, metadata, payload, says) => {
    const id = await keptOfTrigger({ order: 7 }, metadata);
    expect(await order("release-event", id, { payload })).toMatchObject({
      done: false,
      says: expect.stringContaining(says),
    });
    expect(kept()).not.toHaveProperty("resolved");
    expect(onBus()).toEqual([]);
  });
});

describe("the command is refused", () => {
  test("for an unknown event", async () => {
    expect(await order("release-event", "nothing")).toMatchObject({
      done: false,
      says: 'There is no event "nothing" in quarantine.',
    });
  });

  test("to release something that is not an event", async () => {
    const refused = await order("release-event", await quarantined("{"));
    expect(refused).toMatchObject({ done: false, says: expect.stringContaining("is not an event") });
  });

  test("to release what Millrace requested", async () => {
    const request = {
      workflow: "w",
      run: "w-called",
      event: "order.placed",
      version: 1,
      payload: { order: 7 },
    };
    const id = await quarantined(body(request, { source: "millrace", "detail-type": "run.requested" }));
    expect(await order("release-event", id)).toMatchObject({
      done: false,
      says: expect.stringContaining("Retry"),
    });
    expect(messages).toEqual([]);
  });

  test("for a payload that is not an object, and for an unknown command", async () => {
    const id = await quarantined(body({ order: 7 }));
    expect(await order("release-event", id, { payload: "text" })).toMatchObject({ done: false });
    expect(await order("release-event", id, { version: "one" })).toMatchObject({ done: false });
    expect(await order("forget-event", id)).toMatchObject({ done: false });
  });
});
