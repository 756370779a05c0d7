import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Store } from "../../../local/kernel/store.ts";
import { cloud, START } from "./harness.ts";

const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const ARCHIVE = "arn:aws:events:us-east-1:000000000000:archive/kept";
const DAY = 86_400_000;
const replay = (name: string, from: number, to: number, FilterArns?: string[]) => ({
  ReplayName: name,
  EventSourceArn: ARCHIVE,
  EventStartTime: from / 1000,
  EventEndTime: to / 1000,
  Destination: { Arn: BUS, FilterArns },
});

async function archived(store?: Store) {
  const local = cloud({ ...(store && { store }) });
  await local.events("CreateArchive", {
    ArchiveName: "kept",
    EventSourceArn: BUS,
    EventPattern: '{"source": ["shop"]}',
    RetentionDays: 10,
  });
  return local;
}

test("a replay delivers the archived events of its period again, under its name, and not to the archive again", async () => {
  const { events, rule, put, settle, advance, bodies } = await archived();
  await rule("r", { source: ["shop", "elsewhere"] });
  for (let n = 0; n < 250; n++) await put({ n }, { Time: (START + n * 1000) / 1000 });
  await put({ n: -1 }, { Source: "elsewhere" });
  await settle();
  const before = bodies();
  expect(await events("DescribeArchive", { ArchiveName: "kept" })).toMatchObject({
    ArchiveArn: ARCHIVE,
    EventCount: 250,
    SizeBytes: before.slice(0, 250).reduce((sum, body) => sum + JSON.stringify(body).length, 0),
    RetentionDays: 10,
    State: "ENABLED",
  });

  const started = await events("StartReplay", replay("again", START + 10_000, START + 239_000));
  expect(started).toMatchObject({ State: "STARTING", ReplayStartTime: START / 1000 });
  await advance(0);
  const again = bodies().slice(before.length);
  expect(again).toEqual(before.slice(10, 240).map((body) => ({ ...body, "replay-name": "again" })));
  expect(Object.keys(again[0])).toEqual([
    "version",
    "id",
    "detail-type",
    "source",
    "account",
    "time",
    "region",
    "replay-name",
    "resources",
    "detail",
  ]);
  expect(await events("DescribeReplay", { ReplayName: "again" })).toMatchObject({
    State: "COMPLETED",
    EventLastReplayedTime: (START - (START % 1000)) / 1000 + 239,
    Destination: { Arn: BUS, FilterArns: [] },
  });
  expect((await events("DescribeArchive", { ArchiveName: "kept" })).EventCount).toBe(250);
});

test("a replay may be for some rules only", async () => {
  const { events, rule, put, advance, calls } = await archived();
  await put({ n: 1 });
  await rule("a", { source: ["shop"] }, { Input: '"a"' });
  await rule("b", { source: ["shop"] }, { Input: '"b"' });
  const only = "arn:aws:events:us-east-1:000000000000:rule/b";
  await events("StartReplay", replay("x", START - DAY, START + DAY, [only]));
  await advance(0);
  expect(calls.map(({ input }) => input.MessageBody)).toEqual(['"b"']);
});

test("a replay continues after a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  const path = join(folder, "cloud.db");
  const first = await archived(Store.open(path));
  for (let n = 0; n < 250; n++) await first.put({ n });
  await first.rule("r", { source: ["shop"] });
  await first.events("StartReplay", replay("x", START - DAY, START + DAY));
  while (first.calls.length === 0) await first.store.flushed();
  await first.service.stop!();
  await first.settle();
  const before = first.bodies().map(({ detail }) => detail.n);
  first.store.close();

  const second = cloud({ store: Store.open(path) });
  await second.advance(0);
  const after = second.bodies().map(({ detail }) => detail.n);
  expect(before.length).toBeLessThan(250);
  expect([...before, ...after]).toEqual(Array.from({ length: 250 }, (_, n) => n));
  second.store.close();
  rmSync(folder, { recursive: true });
});

test("a replay can be cancelled while it runs", async () => {
  const { events, put, rule, advance, calls } = await archived();
  for (let n = 0; n < 10; n++) await put({ n });
  await rule("r", { source: ["shop"] });
  await events("StartReplay", replay("x", START - DAY, START + DAY));
  expect((await events("CancelReplay", { ReplayName: "x" })).State).toBe("CANCELLING");
  await advance(0);
  expect((await events("DescribeReplay", { ReplayName: "x" })).State).toBe("CANCELLED");
  expect(calls).toEqual([]);
  await expect(events("CancelReplay", { ReplayName: "x" })).rejects.toMatchObject({
    code: "IllegalStatusException",
  });
  expect((await events("ListReplays", { NamePrefix: "x", State: "CANCELLED" })).Replays).toHaveLength(1);
  expect((await events("ListReplays", { EventSourceArn: `${ARCHIVE}2` })).Replays).toEqual([]);
});

test("events leave the archive when their retention is over", async () => {
  const { events, put, advance, store } = await archived();
  const stored = () => store.get("SELECT count(*) AS n FROM events_archived")!.n;
  await put({ n: 1 });
  await advance(6 * DAY);
  await put({ n: 2 }, { Time: START / 1000 });
  await advance(4 * DAY - 1);
  expect(stored()).toBe(2);
  await advance(1);
  expect(stored()).toBe(1);
  expect((await events("DescribeArchive", { ArchiveName: "kept" })).EventCount).toBe(1);
  await events("UpdateArchive", { ArchiveName: "kept", RetentionDays: 0 });
  await advance(1000 * DAY);
  expect((await events("ListArchives", { EventSourceArn: BUS })).Archives).toMatchObject([{ EventCount: 1 }]);
  await events("UpdateArchive", { ArchiveName: "kept", RetentionDays: 7 });
  expect(stored()).toBe(0);
});

test("a change of an archive applies from the next event on", async () => {
  const { events, put, store } = await archived();
  const stored = () => store.get("SELECT count(*) AS n FROM events_archived")!.n;
  await put({ n: 1 });
  expect(stored()).toBe(1);
  await events("UpdateArchive", { ArchiveName: "kept", EventPattern: '{"source": ["elsewhere"]}' });
  await put({ n: 2 });
  await put({ n: 3 }, { Source: "elsewhere" });
  expect(stored()).toBe(2);
  await events("DeleteArchive", { ArchiveName: "kept" });
  await put({ n: 4 }, { Source: "elsewhere" });
  expect(stored()).toBe(0);
});

test("invalid archives and replays are refused", async () => {
  const { events } = await archived();
  await events("CreateEventBus", { Name: "other" });
  const other = "arn:aws:events:us-east-1:000000000000:event-bus/other";
  const refusals: [string, object, string][] = [
    ["CreateArchive", { ArchiveName: "kept", EventSourceArn: BUS }, "Archive kept already exists."],
    ["CreateArchive", { ArchiveName: "x", EventSourceArn: `${BUS}x` }, "Event bus defaultx does not exist."],
    [
      "CreateArchive",
      { ArchiveName: "x", EventSourceArn: BUS, EventPattern: "[]" },
      "Filter is not an object",
    ],
    ["UpdateArchive", { ArchiveName: "kept" }, "At least one of EventPattern, RetentionDays or Description"],
    ["DeleteArchive", { ArchiveName: "none" }, "Archive none does not exist."],
    ["StartReplay", replay("x", START, START), "EventStartTime must be before EventEndTime."],
    [
      "StartReplay",
      { ...replay("x", 0, 1000), EventSourceArn: `${ARCHIVE}2` },
      "Parameter EventSourceArn is not valid. Reason: Archive kept2 does not exist.",
    ],
    [
      "StartReplay",
      { ...replay("x", 0, 1000), Destination: { Arn: other } },
      "Cross event bus replay is not permitted.",
    ],
    [
      "StartReplay",
      { ...replay("x", 1000, 0), Destination: { Arn: other } },
      "EventStartTime must be before EventEndTime.",
    ],
    ["DescribeReplay", { ReplayName: "none" }, "Replay none does not exist."],
  ];
  for (const [operation, input, message] of refusals)
    await expect(events(operation, input)).rejects.toThrow(message);
});
