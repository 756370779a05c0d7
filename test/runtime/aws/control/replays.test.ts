import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { expect, test } from "vitest";
import { replayReader } from "../../../../lambdas/runtime/aws/control/replay-reader.ts";
import { archiveReplays, tableReplays } from "../../../../lambdas/runtime/aws/control/replays.ts";
import { tableQueues } from "../../../../lambdas/runtime/aws/queues/deployed-queues.ts";
import { tableReceipts } from "../../../../lambdas/runtime/aws/relay/receipts.ts";
import { replayKey } from "../../../../lib/contract/keys/replay.ts";
import type { DeployedQueue, ReplayItem } from "../../../../lib/contract/table.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);

/** A bus that answers each call as the test says. */
const bus = (answer: (input: any) => object) =>
  ({ send: async ({ input }: any) => answer(input) }) as unknown as EventBridgeClient;
const refusing = (name: string) =>
  bus(() => {
    throw Object.assign(new Error(name), { name });
  });
const replaysOf = (client: EventBridgeClient) =>
  archiveReplays(open(), { archive: "archive", bus: "bus" }, client);
const replayed = (replay: string, at: string): ReplayItem => ({
  ...replayKey(replay),
  kind: "replay",
  replay,
  requested: { by: "ada", why: "lost", key: replay, at },
  from: "2026-11-20T00:00:00.000Z",
  to: at,
  subscribers: ["film"],
  events: ["a.b"],
  again: false,
  dry: false,
  counts: {},
  listedAt: at,
  changedAt: at,
  revision: 1,
  expiresAt: 9e9,
});

test("a replay is kept once, counted by outcome, and listed once it is started, the newest first", async () => {
  const asked: any[] = [];
  const { keep, start, announce } = replaysOf(bus((input) => asked.push(input) as never));
  const first = replayed("millrace-1", "2026-11-21T09:00:00.000Z");
  expect(await keep(first)).toEqual(first);
  expect(await keep({ ...first, again: true })).toMatchObject({ again: false });
  expect(await start(first, ["rule"])).toBe("started");
  expect(asked).toEqual([
    {
      ReplayName: "millrace-1",
      Description: "ada: lost",
      EventSourceArn: "archive",
      EventStartTime: new Date(first.from),
      EventEndTime: new Date(first.to),
      Destination: { Arn: "bus", FilterArns: ["rule"] },
    },
  ]);
  const replays = tableReplays(open());
  for (const outcome of ["new", "new", "again"] as const) await replays.count("millrace-1", "film", outcome);
  await expect(replays.count("millrace-x", "film", "new")).rejects.toThrow();
  const reader = replayReader(
    open(),
    bus(() => ({ State: "RUNNING" })),
  );
  expect(await reader.list(10)).toEqual([]);
  await keep(replayed("millrace-2", "2026-11-21T09:30:00.000Z"));
  for (const name of ["millrace-1", "millrace-2", "millrace-2"])
    await announce(replayed(name, "2026-11-21T09:00:00.000Z"));
  expect((await reader.list(10)).map(({ replay, revision }) => [replay, revision])).toEqual([
    ["millrace-2", 2],
    ["millrace-1", 2],
  ]);
  expect(await reader.read("millrace-1")).toMatchObject({
    item: { counts: { "film new": 2, "film again": 1 } },
    progress: { state: "running" },
  });
  expect(await reader.read("millrace-x")).toBeUndefined();
});

test("the answers of the bus are distinguished", async () => {
  const item = replayed("millrace-1", "2026-11-21T09:00:00.000Z");
  const order = { by: "bo", why: "enough", key: "c", at: "2026-11-21T10:00:00.000Z" };
  expect(await replaysOf(refusing("ResourceAlreadyExistsException")).start(item, [])).toBe("started");
  expect(await replaysOf(refusing("LimitExceededException")).start(item, [])).toBe("too many");
  await expect(replaysOf(refusing("AccessDenied")).start(item, [])).rejects.toThrow("AccessDenied");
  expect(await replaysOf(refusing("IllegalStatusException")).cancel("millrace-1", order)).toBe("over");
  expect(await replaysOf(bus(() => ({}))).cancel("millrace-1", order)).toBe("cancelled");
  const forgotten = replayReader(open(), refusing("ResourceNotFoundException"));
  expect(await forgotten.read("millrace-1")).toMatchObject({
    item: { cancelled: order },
    progress: { state: "unknown" },
  });
});

test("a dry run finds earlier events, by subscriber and identity", async () => {
  const { recordDryRun } = tableReplays(open(), () => NOW);
  const event = { subscriber: "film", id: "r", payload: "p" };
  expect(await recordDryRun("millrace-1", event)).toBeUndefined();
  expect(await recordDryRun("millrace-1", { ...event, payload: "q" })).toMatchObject({ payload: "p" });
  expect(await recordDryRun("millrace-1", { ...event, subscriber: "bill" })).toBeUndefined();
  expect(await recordDryRun("millrace-2", event)).toBeUndefined();
});

test("a queue is kept until it is removed by whom it belongs to", async () => {
  const queues = tableQueues(open(), () => NOW);
  const film: DeployedQueue = {
    name: "film",
    role: "workflow",
    queueUrl: "https://1",
    deadLettersUrl: "https://dead",
    rules: { "a.b": "rule" },
  };
  await queues.keep(film);
  await queues.keep({ ...film, queueUrl: "https://2" });
  await queues.remove(film);
  expect(await queues.list()).toMatchObject([
    { name: "film", queueUrl: "https://2", rules: { "a.b": "rule" } },
  ]);
  await queues.remove({ ...film, queueUrl: "https://2" });
  expect(await queues.read("film")).toBeUndefined();
});

test("a schedule's recorded progress only moves forward, by its timing", async () => {
  const marks = tableReceipts(open(), () => NOW);
  expect(await marks.read("hours", "cron A")).toBeUndefined();
  await marks.write("hours", "cron A", "2026-11-21T10:00:00Z");
  await marks.write("hours", "cron A", "2026-11-21T09:00:00Z");
  expect(await marks.read("hours", "cron A")).toBe("2026-11-21T10:00:00Z");
  expect(await marks.read("hours", "cron B")).toBeUndefined();
  await marks.write("hours", "cron B", "2026-11-21T09:00:00Z");
  expect(await marks.read("hours", "cron B")).toBe("2026-11-21T09:00:00Z");
});
