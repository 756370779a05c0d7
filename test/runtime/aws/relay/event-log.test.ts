import { expect, test } from "vitest";
import { tableDeliveryReceipts } from "../../../../lambdas/runtime/aws/ledger/deliveries.ts";
import { tableEventLog } from "../../../../lambdas/runtime/aws/relay/event-log.ts";
import { logReader } from "../../../../lambdas/runtime/aws/relay/log-reader.ts";
import { tableRuns } from "../../../../lambdas/runtime/aws/runs/runs.ts";
import { type Table, tableOver } from "../../../../lambdas/runtime/aws/table/table.ts";
import { deliveryOf } from "../../../../lambdas/runtime/ledger/receipt.ts";
import { changeEventsOf } from "../../../../lambdas/runtime/relay/change-events.ts";
import { journalOf } from "../../../../lambdas/runtime/relay/journal.ts";
import { beginRound, close, endRound } from "../../../../lambdas/runtime/runs/transitions.ts";
import { claimKey } from "../../../../lib/contract/keys/claim.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { LogItem } from "../../../../lib/contract/table.ts";
import { changesOf, claimItem, logIn, runItem, seconds } from "../../relay/log-items.ts";
import { idOf } from "../../run-ids.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const SILENT = { warn: () => {} };

/** What the log is given of run `run`: that it was accepted, and the beginnings of many steps. */
const journalOfSteps = (run: string, correlation: string, steps: number) =>
  journalOf(changesOfSteps(run, correlation, steps), 90, NOW, new Set());

function changesOfSteps(run: string, correlation: string, steps: number) {
  const event = { ...runItem(1, 0).event, correlation };
  const claims = Array.from({ length: steps }, (_, at) =>
    claimItem(1, at + 1, { ...claimKey(run, 1, `s[${at}]`), run, path: `s[${at}]` }),
  );
  const changes = [
    ...changesOf(runItem(1, 0, { ...runKey(run), run, event })),
    ...claims.map((after) => ({ after })),
  ];
  return changes.map((change) => ({ ...change, events: changeEventsOf(undefined, change.after) }));
}

test("a log is read in order, to its end or to a time, and twice the same is the same", async () => {
  const log = tableEventLog(open(), SILENT);
  const { ofRun } = logReader(open());
  const journal = journalOfSteps(idOf("many"), "c-many", 60);
  await log.add(journal);
  await log.add(journal);
  expect((await ofRun(idOf("many"))).map(({ at }) => at)).toEqual(
    Array.from({ length: 61 }, (_, at) => seconds(at)),
  );
  expect(await ofRun(idOf("many"), seconds(5))).toHaveLength(6);
  expect(await ofRun(idOf("many"), new Date(Date.parse(seconds(5)) - 1).toISOString())).toHaveLength(5);
  expect(await ofRun("unknown")).toEqual([]);
});

test("a partly written batch is delivered again in other batches, and the log has each entry once", async () => {
  const changes = changesOfSteps(idOf("cut"), "c-cut", 9);
  const whole = logIn(journalOf(changes, 90, undefined, new Set()));
  const add = (some: typeof changes) =>
    tableEventLog(open(), SILENT).add(journalOf(some, 90, undefined, new Set()));
  const { ofRun } = logReader(open());
  await add(changes.slice(0, 6));
  // The function stopped after that, and the stream brings all of it again.
  await add(changes.slice(0, 2));
  await add(changes.slice(2));
  await add(changes);
  const byKey = (a: LogItem, b: LogItem) => (a.sk < b.sk ? -1 : 1);
  expect((await ofRun(idOf("cut"))).sort(byKey)).toEqual(whole.sort(byKey));
  // A moment in the middle of each of the items.
  expect((await ofRun(idOf("cut"), seconds(4))).map(({ at }) => at)).toEqual([0, 1, 2, 3, 4].map(seconds));
});

test("what one event led to is read together, in the order in which it happened", async () => {
  const log = tableEventLog(open(), SILENT);
  await log.add(journalOfSteps(idOf("one"), "c-both", 2));
  await log.add(journalOfSteps(idOf("two"), "c-both", 1));
  const { runs, entries } = await logReader(open()).ofCorrelation("c-both");
  expect(runs).toEqual([idOf("one"), idOf("two")]);
  const order = entries.map(({ at }) => at);
  expect(order).toEqual([...order].sort());
  expect(new Set(entries.map(({ run }) => run))).toEqual(new Set(runs));
  expect(entries).toHaveLength(5);
});

test("a run is found by the event with which its correlation begins: that delivery names it", async () => {
  const first = (run: string, more: object = {}) => {
    const event = { ...runItem(1, 0).event, id: "first", correlation: "first", source: "shop" };
    const after = runItem(1, 0, { ...runKey(run), run, event: { ...event, ...more } });
    const change = { before: undefined, after, events: changeEventsOf(undefined, after) };
    return journalOf([change], 90, undefined, new Set(["w"]));
  };
  const isFound = (journal: ReturnType<typeof first>) => journal.some(({ kind }) => kind === "correlated");
  expect(isFound(first(idOf("first")))).toBe(false);
  // No delivery of these is recorded under the correlation.
  expect(isFound(first(idOf("later"), { id: "second" }))).toBe(true);
  expect(isFound(first(idOf("called"), { source: "millrace" }))).toBe(true);
  expect(isFound(first(idOf("other"), { correlation: "other" }))).toBe(true);

  await tableEventLog(open(), SILENT).add([
    ...first(idOf("first")),
    ...first(idOf("later"), { id: "second" }),
  ]);
  const { record } = tableDeliveryReceipts(open(), 90, ["w", "x", "y"]);
  const arrived = { id: "first", name: "n", source: "shop", time: seconds(0), correlation: "first" };
  const about = { at: seconds(0), receivedAt: seconds(0) };
  await record({ ...deliveryOf(arrived, "w"), ...about, state: "done", run: idOf("first") });
  // The run of an earlier event with the same identity, and one without a run.
  await record({ ...deliveryOf(arrived, "x"), ...about, state: "duplicate", run: "x-earlier" });
  await record({ ...deliveryOf(arrived, "y"), ...about, state: "quarantined" });
  const { runs, entries } = await logReader(open()).ofCorrelation("first");
  expect(runs).toEqual([idOf("first"), idOf("later")]);
  expect(new Set(entries.map(({ run }) => run))).toEqual(new Set(runs));
});

test("entries that DynamoDB leaves unprocessed are written later, and if it keeps leaving them, that is an error", async () => {
  const journal = Array.from({ length: 20 }, (_, run) =>
    journalOfSteps(`w-left-${run}`, "c-left", 2),
  ).flatMap((items, run) => items.filter(({ kind }) => run === 0 || kind !== "feed"));
  expect(journal).toHaveLength(41);
  const pauses: number[] = [];
  const calls: number[] = [];
  const leaving = (more: (call: number) => number): Table => {
    const send = async ({ input }: any) => {
      const { state } = input.RequestItems;
      calls.push(state.length);
      const left = state.slice(0, more(calls.length));
      return { UnprocessedItems: left.length > 0 ? { state: left } : {} };
    };
    return tableOver("state", { send } as unknown as Table["client"]);
  };
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  await tableEventLog(
    leaving((call) => (call === 1 ? 3 : 0)),
    SILENT,
    pause,
  ).add(journal);
  expect([calls, pauses]).toEqual([
    [25, journal.length - 25, 3],
    [50, 50, 50],
  ]);
  await expect(
    tableEventLog(
      leaving(() => 1),
      SILENT,
      pause,
    ).add(journal),
  ).rejects.toThrow("did not write the log entry");

  // The feed is in one partition, and nothing depends on it.
  const warnings: string[] = [];
  const feed = journal.filter(({ kind }) => kind === "feed");
  expect(feed).toHaveLength(1);
  await tableEventLog(
    leaving(() => 1),
    { warn: (message) => warnings.push(message) },
    pause,
  ).add(feed);
  expect(warnings).toEqual(["Viewers miss some changes: the feed is throttled."]);
});

test("the items of a full batch of the relay are written together", async () => {
  const journal = Array.from({ length: 125 }, (_, run) =>
    journalOfSteps(`w-full-${run}`, `c-${run}`, 2).filter(({ kind }) => kind !== "feed"),
  ).flat();
  expect(journal).toHaveLength(250);
  let [now, highest] = [0, 0];
  const send = async () => {
    highest = Math.max(highest, ++now);
    await new Promise(setImmediate);
    now--;
    return {};
  };
  await tableEventLog(tableOver("state", { send } as unknown as Table["client"]), SILENT).add(journal);
  expect(highest).toBe(10);
});

test("a run's change is marked only if the relay would not recognise it by the run's state", async () => {
  const runs = tableRuns(open(), () => NOW);
  const { run } = runItem(1, 0);
  await runs.accept(runItem(1, 0));
  await runs.started({ run, epoch: 1, version: "v1", acceptedAt: seconds(0) }, "arn");
  expect((await runs.read(run))!.unpublished).toBeUndefined();
  const closing = (await runs.change(run, close(NOW)))!;
  const ending = { status: "failed" as const };
  const compensating = (await runs.change(run, beginRound(closing, ending, NOW)))!;
  const ended = (await runs.change(run, endRound(compensating, ending, { undone: 1, failed: 0 }, NOW)))!;
  expect([closing, compensating, ended].map(({ status, unpublished }) => [status, unpublished])).toEqual([
    ["closing", undefined],
    ["compensating", undefined],
    ["failed", undefined],
  ]);

  const order = { by: "ada", why: "lunch", key: "k", at: seconds(2) };
  await runs.accept(runItem(1, 0, { ...runKey(idOf("pause")), run: idOf("pause") }));
  await runs.started({ run: idOf("pause"), epoch: 1, version: "v1", acceptedAt: seconds(0) }, "arn");
  const paused = (await runs.change(idOf("pause"), (item) => ({ ...item, paused: order })))!;
  expect([paused.status, paused.unpublished]).toEqual(["running", expect.any(String)]);
  const spending = await runs.change(idOf("pause"), (item) => ({ ...item, output: "nothing to report" }));
  expect(spending!.unpublished).toBe(paused.unpublished);

  // An undo of the epoch before ends while the run runs again.
  const compensation = { round: 1, open: true, undone: 1, failed: 0 };
  const again = runItem(1, 0, { ...runKey(idOf("again")), run: idOf("again"), epoch: 2, compensation });
  await runs.accept(again);
  await runs.started(again, "arn");
  const over = (await runs.change(idOf("again"), (item) => ({
    ...item,
    compensation: { ...compensation, open: false },
  })))!;
  expect([over.status, over.unpublished]).toEqual(["running", expect.any(String)]);
});
