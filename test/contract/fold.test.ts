import { expect, test } from "vitest";
import { claimKey } from "../../lib/contract/keys/claim.ts";
import { fold } from "../../lib/contract/log/fold.ts";
import { inOrder, storyOf } from "../../lib/contract/log/log-order.ts";
import type { ClaimItem } from "../../lib/contract/table.ts";
import {
  approvalItem,
  claimItem,
  deferredItem,
  RUN as ID,
  log,
  runItem,
  seconds,
  waiterItem,
} from "../runtime/relay/log-items.ts";
import { idOf } from "../runtime/run-ids.ts";

const failure = { policy: "retry" as const, name: "Error", message: "no line" };
const order = (key: string, second: number) => ({ by: "ada", why: key, key, at: seconds(second) });
const started = (revision: number, second: number, attempt: number) =>
  claimItem(revision, second, { attempt, owner: `o${attempt}` });
const failed = (revision: number, second: number, attempt: number, began: number) =>
  claimItem(revision, second, {
    attempt,
    state: "failed",
    failure,
    startedAt: seconds(began),
    endedAt: seconds(second),
  });

const RUN = log(
  runItem(1, 0),
  runItem(2, 1, { status: "running", execution: "arn:1" }),
  runItem(3, 4, { status: "running", execution: "arn:1", paused: order("break", 4) }),
  runItem(4, 6, { status: "running", execution: "arn:1", resumed: order("on", 6) }),
  runItem(5, 20, {
    status: "closing",
    execution: "arn:1",
    resumed: order("on", 6),
    terminated: order("stop", 20),
  }),
  runItem(6, 21, {
    status: "terminated",
    execution: "arn:1",
    endedAt: seconds(21),
    terminated: order("stop", 20),
    failure: { error: "Millrace.Terminated", cause: "ada: stop" },
  }),
  runItem(7, 30, { status: "accepted", epoch: 2, retried: order("again", 30), released: seconds(30) }),
  runItem(8, 31, { status: "running", epoch: 2, retried: order("again", 30), execution: "arn:2" }),
);
const STEP = log(
  started(1, 2, 1),
  failed(2, 3, 1, 2),
  started(3, 5, 2),
  claimItem(4, 6, { attempt: 2, startedAt: seconds(5), state: undefined as unknown as ClaimItem["state"] }),
  started(5, 9, 2),
  claimItem(6, 10, {
    attempt: 2,
    state: "done",
    startedAt: seconds(9),
    endedAt: seconds(10),
    result: { text: "t" },
  }),
);
const DEFERRED = log(deferredItem(6));
const QUESTION = log(
  approvalItem(1, 11),
  approvalItem(2, 15, {
    state: "decided",
    decision: { approved: true, decidedBy: "ada" },
    decidedAt: seconds(15),
  }),
);
const WAIT = log(
  waiterItem(1, 12),
  waiterItem(2, 13, { state: "matched", taken: "p", fence: Date.parse(seconds(12)) * 1001 + 1 }),
  waiterItem(3, 14, { state: "delivered", taken: "p", fence: Date.parse(seconds(12)) * 1001 + 1 }),
);
const ALL = [...RUN, ...STEP, ...DEFERRED, ...QUESTION, ...WAIT];
const until = (second: number) => fold(ALL.filter(({ at }) => at <= seconds(second)));

test("the whole log gives the current state of the run, with all steps and operator actions", () => {
  expect(fold(ALL)).toMatchObject({
    run: ID,
    workflow: "w",
    epoch: 2,
    status: "running",
    execution: "arn:2",
    asOf: seconds(31),
    startedAt: seconds(31),
    failure: undefined,
    paused: undefined,
    begun: { version: "v1", acceptedAt: seconds(0), event: { id: "e", name: "n" } },
    actions: [
      { action: "pause", ...order("break", 4) },
      { action: "resume", ...order("on", 6) },
      { action: "terminate", ...order("stop", 20) },
      { action: "retry", ...order("again", 30) },
    ],
    steps: [
      {
        path: "a",
        epoch: 1,
        state: "done",
        attempt: 2,
        result: { value: { text: "t" } },
        attempts: [
          { attempt: 1, startedAt: seconds(2), endedAt: seconds(3), failure },
          { attempt: 2, startedAt: seconds(9), endedAt: seconds(10), failure: undefined },
        ],
      },
    ],
    questions: [{ path: "editor", state: "decided", decision: { approved: true } }],
    waits: [{ path: "payment", state: "delivered", taken: "p", since: seconds(12) }],
  });
});

test("the entries until a time give the state at that time", () => {
  expect(until(-1)).toBeUndefined();
  expect(until(0)).toMatchObject({ status: "accepted", steps: [], startedAt: undefined });
  expect(until(2)).toMatchObject({ status: "running", steps: [{ state: "running", attempt: 1 }] });
  expect(until(3)).toMatchObject({ steps: [{ state: "failed", failure }] });
  expect(until(5)).toMatchObject({ paused: { why: "break" }, steps: [{ state: "running", attempt: 2 }] });
  expect(until(6)).toMatchObject({
    paused: undefined,
    steps: [{ state: "deferred", attempts: [{ attempt: 1 }] }],
  });
  expect(until(8)!.steps[0]!.deferral).toEqual({ reason: "run paused", dueAt: undefined });
  expect(until(9)).toMatchObject({ steps: [{ state: "running", deferral: undefined }] });
  expect(until(13)).toMatchObject({ questions: [{ state: "pending" }], waits: [{ state: "waiting" }] });
  expect(until(20)).toMatchObject({ status: "closing" });
  expect(until(25)).toMatchObject({
    status: "terminated",
    epoch: 1,
    failure: { error: "Millrace.Terminated" },
  });
});

test("in whatever order entries come, or however often, the state is the same", () => {
  const state = fold(ALL);
  const turned = [...ALL].reverse();
  expect(fold(turned)).toEqual(state);
  expect(fold([...ALL.slice(5), ...ALL.slice(0, 5)])).toEqual(state);
  expect(fold(inOrder([...turned, ...ALL.slice(3, 9)]))).toEqual(state);
});

test("any part of a log gives a state: missing entries leave gaps, and the rest is correct", () => {
  for (let from = 0; from < ALL.length; from++) {
    for (let to = from + 1; to <= ALL.length; to++) expect(fold(ALL.slice(from, to))?.run).toBe(ID);
  }
  // The beginning of the last attempt is not written yet: its end has the same content.
  const late = ALL.filter(({ of, revision }) => !(of.startsWith("claim") && revision === 5));
  expect(fold(late)!.steps[0]).toMatchObject({
    state: "done",
    attempts: [{ attempt: 1 }, { startedAt: seconds(9) }],
  });
});

test("a run that is accepted and started in one write is accepted first", () => {
  const express = { until: seconds(60) };
  const entries = log(runItem(1, 0, { status: "running", express }));
  for (const given of [entries, entries.toReversed()])
    expect(storyOf(given).map(({ name }) => name)).toEqual(["run.accepted", "run.started"]);
});

test("with clocks that disagree, the later change of an item wins", () => {
  const slow = log(
    claimItem(1, 10),
    claimItem(2, 9, { state: "done", endedAt: seconds(9), startedAt: seconds(10) }),
  );
  expect(fold(slow)!.steps).toMatchObject([{ state: "done" }]);
});

test("a reaction run has steps, and no status", () => {
  const handled = { id: "e", name: "n", source: "s", payload: "p" };
  const run = idOf("h", "note");
  const reaction = {
    ...claimKey(run, 1, "note"),
    run,
    workflow: "note",
    step: "note",
    path: "note",
    handled,
  };
  expect(fold(log(claimItem(1, 1, reaction)))).toMatchObject({
    run,
    workflow: "note",
    status: undefined,
    epoch: 1,
    steps: [{ state: "running", handled }],
  });
});

test("a paused reaction defers what it has not begun", () => {
  expect(fold(DEFERRED)!.steps).toMatchObject([{ path: "a", state: "deferred", attempts: [] }]);
});

test("the history has each event once, even if the reconciler published it again with a later change", () => {
  const paused = { status: "running" as const, paused: order("break", 4) };
  const usual = log(runItem(1, 0), runItem(2, 1, { status: "running" }), runItem(3, 4, paused));
  const swept = log(runItem(3, 4, paused));
  expect(swept.map(({ name }) => name)).toEqual(["run.started", "run.paused"]);
  expect(storyOf([...usual, ...swept]).map(({ name, at }) => [name, at])).toEqual([
    ["run.accepted", seconds(0)],
    ["run.started", seconds(1)],
    ["run.paused", seconds(4)],
  ]);
  expect(fold([...usual, ...swept])).toEqual(fold(usual));
});
