import { describe, expect, test } from "vitest";
import type { Change } from "../../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { journalOf } from "../../../lambdas/runtime/relay/journal.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { LARGEST_LOG_VALUE } from "../../../lib/contract/log/logged-state.ts";
import { LOGGED_EVENTS, RESERVED_EVENTS } from "../../../lib/contract/reserved.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { idOf } from "../run-ids.ts";
import {
  approvalItem,
  changesOf,
  claimItem,
  deferredItem,
  LOGGED,
  logIn,
  RUN,
  runItem,
  seconds,
  waiterItem,
} from "./log-items.ts";

/** Other changes of a run follow the end of an undo. */
const undone = (revision: number) =>
  runItem(revision, 7, {
    status: "failed",
    compensation: { round: 1, open: false, undone: 1, failed: 0 },
  });

const DAYS = 90;
const NOW = Date.parse(seconds(60));

/** What the relay adds to the log for these changes. */
const journal = (changes: Change[]) =>
  journalOf(
    changes.flatMap(({ before, after }) =>
      after ? [{ before, after, events: changeEventsOf(before, after) }] : [],
    ),
    DAYS,
    NOW,
    new Set(),
  );
const entries = (...items: TableItem[]) => logged(changesOf(...items));
const logged = (changes: Change[]) => logIn(journal(changes));
const names = (...items: TableItem[]) => entries(...items).map(({ name }) => name);

describe("entries that are only in the log", () => {
  test.each(LOGGED_EVENTS)("%s", (name) => {
    const [before, after] = LOGGED[name].length === 1 ? [undefined, LOGGED[name][0]] : LOGGED[name];
    expect(changeEventsOf(before, after).map(({ event, published }) => `${event.name} ${published}`)).toEqual(
      [`${name} false`],
    );
    // The item as it is, published a second time without a change of it, has no event.
    expect(changeEventsOf(after, after)).toEqual([]);
  });

  test("none of them has a published name", () => {
    expect(RESERVED_EVENTS.filter((name) => (LOGGED_EVENTS as readonly string[]).includes(name))).toEqual([]);
  });
});

describe("a repeated fact is published again", () => {
  const first = deferredItem(2);
  const fence = waiterItem(1, 1).fence;
  test.each([
    [
      "a try that takes over from one that died",
      "step.started",
      claimItem(1, 1),
      claimItem(2, 9, { owner: "o2" }),
    ],
    ["a message that is deferred again", "step.deferred", first, deferredItem(5)],
    [
      "a wait that is entered again",
      "wait.started",
      waiterItem(1, 1),
      waiterItem(2, 5, { fence: fence + 1 }),
    ],
    ["a run that is tried again", "run.accepted", runItem(1, 0), runItem(2, 9, { epoch: 2 })],
  ])("%s", (_, name, before, after) => {
    expect(changeEventsOf(before, after).map(({ event }) => event.name)).toEqual([name]);
    const ids = [before, after].map((item) => changeEventsOf(undefined, item)[0]!.event.id);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test.each([
    ["a claim whose budget or lease changed", claimItem(1, 1), claimItem(2, 2, { lease: 9 })],
    ["a wait that has taken its event", waiterItem(1, 1), waiterItem(2, 2, { state: "matched" })],
    ["a wait for what ends the run", undefined, waiterItem(1, 1, { purpose: "cancel-on" })],
    ["a run that is held back", runItem(1, 0), runItem(2, 1, { held: "paused" })],
    ["a run whose effects were undone before", undone(3), undone(4)],
  ])("but not %s", (_, before, after) => {
    expect(changeEventsOf(before, after)).toEqual([]);
  });

  test("a late result is published as late, and not as sealed again", () => {
    const late = claimItem(3, 9, { state: "sealed", late: { text: "t" } });
    expect(names(claimItem(2, 2, { state: "sealed" }), late)).toEqual(["step.sealed", "step.late"]);
    expect(names(late)).toEqual(["step.late"]);
    expect(entries(late)[0]!.state).toMatchObject({
      state: "sealed",
      late: true,
      result: { value: { text: "t" } },
    });
  });
});

describe("an entry", () => {
  test("depends only on the change: published twice, or in other batches, it is the same under the same key", () => {
    const changes = changesOf(runItem(1, 0), runItem(2, 1, { status: "running", execution: "arn" }));
    const together = logged(changes);
    expect(logged(changes)).toEqual(together);
    expect(changes.flatMap((change) => logged([change]))).toEqual(together);
    expect(new Set(together.map(({ sk }) => sk)).size).toBe(together.length);
  });

  test("is in the partition of its run's log, at the time of the change, and stored as long as runs are", () => {
    const [entry] = entries(claimItem(1, 3));
    expect(entry).toMatchObject({
      pk: `log#${RUN}`,
      run: RUN,
      epoch: 1,
      path: "a",
      name: "step.started",
      at: seconds(3),
      of: "claim#1#a#do",
      revision: 1,
      causation: "e",
      correlation: "c",
      expiresAt: Date.parse(seconds(3)) / 1000 + DAYS * 24 * 60 * 60,
    });
    expect(entry!.sk.startsWith(`${seconds(3)}#`)).toBe(true);
  });

  test("contains small values, and of large ones only the size", () => {
    const result = { text: "x".repeat(LARGEST_LOG_VALUE) };
    const small = entries(claimItem(2, 2, { state: "done", result: { text: "t" } }));
    const large = entries(claimItem(2, 2, { state: "done", result }));
    expect(small[0]!.state).toMatchObject({ result: { value: { text: "t" } } });
    expect(large[0]!.state).toMatchObject({ result: { bytes: JSON.stringify(result).length } });
  });

  test("stays small for any run: values, events, failures, approvals", () => {
    const huge = "x".repeat(300_000);
    const event = {
      id: "i",
      name: "a.b",
      version: 1,
      time: seconds(1),
      source: "w",
      correlation: "c",
      hops: 1,
    };
    const emitted = [{ ...event, data: { huge } }];
    const failure = { policy: "retry" as const, name: "Error", message: huge };
    const written = [
      ...entries(claimItem(2, 2, { state: "done", result: huge, emitted })),
      ...entries(claimItem(2, 2, { state: "failed", failure })),
      ...entries(runItem(2, 2, { status: "failed", failure: { error: "E", cause: huge }, output: huge })),
      ...entries(approvalItem(1, 2, { show: { huge } })),
    ];
    expect(written.length).toBe(5);
    for (const entry of written) expect(JSON.stringify(entry).length, entry.name).toBeLessThan(8_000);
  });

  test("of an event that a step emitted has the event's payload, for any field names", () => {
    const event = {
      id: "i",
      name: "a.b",
      version: 1,
      time: seconds(1),
      source: "w",
      correlation: "c",
      hops: 1,
    };
    const data = { run: "of tests", path: "/tmp", state: "fine" };
    const both = entries(claimItem(2, 2, { state: "done", emitted: [{ ...event, data }] }));
    const [completed, emitted] = ["step.completed", "a.b"].map((name) =>
      both.find((one) => one.name === name),
    );
    expect([completed!.name, completed!.data, emitted!.name, emitted!.data]).toEqual([
      "step.completed",
      {},
      "a.b",
      data,
    ]);
    expect([completed!.state === undefined, emitted!.state === undefined]).toEqual([false, true]);
  });

  test("is there for each of several events of one name that a step emitted", () => {
    const event = {
      name: "a.b",
      version: 1,
      time: seconds(1),
      source: "w",
      correlation: "c",
      hops: 1,
      data: {},
    };
    const emitted = ["i", "j", "k"].map((id) => ({ ...event, id }));
    expect(names(claimItem(2, 2, { state: "done", emitted })).sort()).toEqual([
      "a.b",
      "a.b",
      "a.b",
      "step.completed",
    ]);
    expect(new Set(entries(claimItem(2, 2, { state: "done", emitted })).map(({ sk }) => sk)).size).toBe(4);
  });
});

describe("next to the entries", () => {
  test("a run and a reaction run are linked to their event once; the batch is in the feed for viewers", () => {
    const handled = { id: "e", name: "n", source: "s", payload: "p" };
    const items = journal([
      ...changesOf(runItem(1, 0), runItem(2, 1, { status: "running" })),
      ...changesOf(
        claimItem(1, 1, {
          ...claimKey(idOf("h", "note"), 1, "a"),
          handled,
          run: idOf("h", "note"),
          workflow: "note",
        }),
      ),
    ]);
    expect(items.filter(({ kind }) => kind === "correlated")).toMatchObject([
      { pk: "correlation#c", sk: RUN, workflow: "w", changedAt: seconds(0) },
      { pk: "correlation#c", sk: idOf("h", "note"), workflow: "note", changedAt: seconds(1) },
    ]);
    const [feed, ...others] = items.filter((item) => item.kind === "feed");
    expect(others).toEqual([]);
    expect(feed!.changes).toEqual([
      { name: "run.accepted", at: seconds(0), run: RUN, workflow: "w", status: "accepted" },
      { name: "run.started", at: seconds(1), run: RUN, workflow: "w", status: "running" },
      { name: "step.started", at: seconds(1), run: idOf("h", "note"), workflow: "note", path: "a" },
    ]);
    expect(feed!.expiresAt).toBe(NOW / 1000 + 3600);
  });

  test("a change without an event adds nothing", () => {
    expect(journal(changesOf(runItem(1, 0), runItem(2, 1, { held: "paused" })).slice(1))).toEqual([]);
  });
});
