import { beforeEach, expect, test } from "vitest";
import { offload } from "../../../lambdas/runtime/payload/offload.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import type { JournalItem } from "../../../lambdas/runtime/relay/journal.ts";
import { relay } from "../../../lambdas/runtime/relay/relay.ts";
import { type BusEntry, type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import { workPartition } from "../../../lib/contract/keys/claim.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ClaimItem, TableItem } from "../../../lib/contract/table.ts";
import { traceparentOfEvent } from "../../../lib/contract/trace.ts";
import { memoryObservation } from "../memory/memory.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";
import { changesOf, logIn, RUN, runItem } from "./log-items.ts";

const done = (path: string, more: Partial<ClaimItem> = {}): ClaimItem => ({
  pk: workPartition(RUN),
  sk: `claim#1#${path}#do`,
  kind: "claim",
  run: RUN,
  epoch: 1,
  workflow: "w",
  step: path,
  path,
  direction: "do",
  state: "done",
  owner: "o",
  lease: 0,
  attempt: 1,
  fence: 1,
  startedAt: "2026-11-21T10:00:00.000Z",
  changedAt: "2026-11-21T10:00:01.000Z",
  revision: 2,
  unpublished: shardOf("unpublished", RUN),
  expiresAt: 0,
  correlation: "c",
  cause: "e",
  hops: 0,
  ...more,
});

let calls: BusEntry[][];
let marked: [string, number][];
let journal: JournalItem[][];
let hasViewers: boolean;
let refuse: (entry: BusEntry, call: number) => boolean;
beforeEach(() => {
  calls = [];
  marked = [];
  journal = [];
  refuse = () => false;
  hasViewers = true;
});

const ports = (bucket = memoryArtifacts()) => ({
  artifactsOf: () => bucket.artifacts,
  bus: {
    publish: async (entries: BusEntry[]) => {
      calls.push(entries);
      return entries.flatMap((entry, index) => (refuse(entry, calls.length) ? [index] : []));
    },
  },
  outbox: {
    published: async ({ sk }: TableItem, revision: number) => void marked.push([sk, revision]),
    overdue: async () => [],
  },
  traces: { record: async () => 0 },
  eventLog: { add: async (items: readonly JournalItem[]) => void journal.push([...items]) },
  viewers: { any: async () => hasViewers },
  deliveries: { record: async () => {} },
  recorded: new Set<string>(),
  loggedSteps: new Set<string>(),
  retentionDays: 90,
  now: () => Date.parse("2026-11-21T10:00:02.000Z"),
  ...memoryObservation(),
});

test("a completed step is reported once, and marked as published", async () => {
  expect(await relay([{ after: done("a") }], ports())).toBeUndefined();
  expect(calls.flat()).toMatchObject([{ Source: "millrace", DetailType: "step.completed" }]);
  expect(marked).toEqual([["claim#1#a#do", 2]]);
});

test("a completed step of a workflow that only logs its steps is in the log; its events, and a failure, are on the bus", async () => {
  const emitted: Envelope[] = [
    {
      id: "x",
      name: "page.printed",
      version: 1,
      time: "",
      source: "w",
      correlation: "c",
      hops: 0,
      data: {},
    },
  ];
  const { workflow } = done("a");
  const failure = { policy: "give-up", name: "No", message: "no" } as const;
  const failed = { ...done("c"), state: "failed", failure } as ClaimItem;
  const changes = [{ after: done("a") }, { after: done("b", { emitted }) }, { after: failed }];
  await relay(changes, { ...ports(), loggedSteps: new Set([workflow]) });
  const published = calls.flat().map(({ Source, DetailType }) => `${Source} ${DetailType}`);
  expect(published).toEqual(["w page.printed", "millrace step.failed"]);
  const logged = logIn(journal.flat()).map(({ path, name }) => `${path} ${name}`);
  expect(logged.sort()).toEqual(["a step.completed", "b page.printed", "b step.completed", "c step.failed"]);
});

test("an event that is only for the log is not on the bus", async () => {
  const { changedAt } = done("a");
  const started = done("a", { state: "running", revision: 1, startedAt: changedAt });
  await relay([{ after: started }], ports());
  expect(calls).toEqual([]);
  expect(logIn(journal.flat()).map(({ name }) => name)).toEqual(["step.started"]);
});

test("the receipts of the events that led to a change are written, also where the bus rejects its events", async () => {
  const receipts: unknown[] = [];
  const deliveries = { record: async (receipt: unknown) => void receipts.push(receipt) };
  refuse = () => true;
  const changes = changesOf(runItem(1, 0), runItem(2, 1, { status: "running" }));
  await relay(changes, { ...ports(), deliveries });
  expect(receipts).toMatchObject([{ subscriber: "w", state: "done", run: RUN }]);
});

test("the relay's own marks, removals and unchanged revisions publish nothing", async () => {
  const { unpublished: _, ...published } = done("a");
  await relay([{ before: done("a"), after: published as ClaimItem }, { before: done("b") }], ports());
  expect(calls).toEqual([]);
});

test("entries that a successful call rejected are sent again, alone", async () => {
  refuse = (entry, call) => call === 1 && entry.Detail.includes('"path":"b"');
  expect(
    await relay([{ after: done("a") }, { after: done("b") }, { after: done("c") }], ports()),
  ).toBeUndefined();
  expect(calls.map((entries) => entries.map(({ Detail }) => JSON.parse(Detail).path))).toEqual([
    ["a", "b", "c"],
    ["b"],
  ]);
});

test("an entry that the bus keeps rejecting is reported by its index; earlier ones are in the log, and not published again", async () => {
  refuse = ({ Detail }) => Detail.includes('"path":"b"');
  expect(await relay([{ after: done("a") }, { after: done("b") }, { after: done("c") }], ports())).toBe(1);
  expect(marked).toEqual([["claim#1#a#do", 2]]);
  expect(logIn(journal.flat()).map(({ path }) => path)).toEqual(["a"]);
});

test("of several rejected entries, the first is reported: all from there on are delivered again", async () => {
  refuse = ({ Detail }) => Detail.includes('"path":"b"') || Detail.includes('"path":"d"');
  const changes = ["a", "b", "c", "d"].map((path) => ({ after: done(path) }));
  expect(await relay(changes, ports())).toBe(1);
  expect(marked).toEqual([["claim#1#a#do", 2]]);
});

test("the log contains only what is on the bus: if the bus does not answer, nothing is logged", async () => {
  const bus = { publish: () => Promise.reject(new Error("no answer")) };
  await expect(relay([{ after: done("a") }], { ...ports(), bus })).rejects.toThrow("no answer");
  expect(journal).toEqual([]);
});

test("ids are derived: publishing a change twice gives the same ids, another revision others", () => {
  const ids = (item: ClaimItem) => eventsOf(undefined, item).map(({ id }) => id);
  expect(ids(done("a"))).toEqual(ids(done("a")));
  expect(ids(done("a"))).not.toEqual(ids(done("a", { revision: 3 })));
});

test("an event on the bus is read back as the same envelope", async () => {
  await relay([{ after: done("a") }], ports());
  const { Source, DetailType, Detail, Time } = calls[0]![0]!;
  const event = {
    id: "bus",
    source: Source,
    "detail-type": DetailType,
    detail: JSON.parse(Detail),
    time: Time.toISOString(),
  };
  const [events] = eventsOf(undefined, done("a"));
  expect(readEnvelope(event)).toEqual({ ...events, traceparent: traceparentOfEvent(events!.id) });
});

test("an event of a step is published completely, though its large parts were stored in the bucket", async () => {
  const bucket = memoryArtifacts();
  const data = { text: "x".repeat(100_000), order: "o" };
  const options = { what: "It", reads: [], above: 0, most: 1_000 };
  const logValue = (await offload(data, options, bucket.artifacts)) as Record<string, unknown>;
  expect(logValue.text).not.toBe(data.text);
  const event = { id: "i", name: "a.b", version: 1, time: "2026-11-21T10:00:00.000Z", hops: 1 };
  const emitted = [{ ...event, source: "w", subject: RUN, correlation: "c", data: logValue }];
  await relay([{ after: done("a", { emitted }) }], ports(bucket));
  expect(JSON.parse(calls[0]![1]!.Detail)).toMatchObject(data);
});

test("published events are in the log, with one item for viewers; if the log cannot be written, nothing is marked", async () => {
  await relay([{ after: done("a") }, { after: done("b") }, { before: done("c"), after: done("c") }], ports());
  expect(journal).toHaveLength(1);
  expect(journal[0]!.map(({ kind, pk }) => `${kind} ${pk}`)).toEqual([`log-pack log#${RUN}`, "feed feed"]);
  hasViewers = false;
  await relay([{ after: done("a") }], ports());
  expect(journal[1]!.map(({ kind }) => kind)).toEqual(["log"]);
  marked = [];
  const eventLog = { add: () => Promise.reject(new Error("throttled")) };
  await expect(relay([{ after: done("a") }], { ...ports(), eventLog })).rejects.toThrow("throttled");
  expect(marked).toEqual([]);
});
