import { expect, test } from "vitest";
import { awaitedBy } from "../../../lambdas/runtime/api/views/awaited.ts";
import type { RunState } from "../../../lib/contract/runs/run-state.ts";
import { claim, question as pending, RUN, run, TIME } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const SINCE = "2026-03-01T12:00:00.000Z";
const state = (more: Partial<RunState>): RunState =>
  ({
    epoch: 1,
    status: "running",
    steps: [],
    questions: [],
    waits: [],
    races: [],
    ...more,
  }) as unknown as RunState;
const question = {
  epoch: 1,
  path: "editor",
  approval: "editor",
  state: "pending",
  askedAt: "2026-03-01T13:00:00.000Z",
};
const wait = {
  epoch: 1,
  path: "paid",
  purpose: "event",
  event: "order.paid",
  key: "o1",
  state: "waiting",
  since: SINCE,
};
const step = { epoch: 1, path: "draw", state: "done" };
const of = (more: object) => awaitedBy(state(more as Partial<RunState>));

test("people, events and other runs are what a run waits for, the oldest first", () => {
  const child = {
    ...wait,
    path: "child",
    purpose: "child",
    key: "make-page-x",
    since: "2026-03-01T14:00:00.000Z",
  };
  expect(of({ questions: [question], waits: [child, wait], steps: [step] })).toEqual([
    { path: "paid", for: "order.paid of o1", by: "event", since: SINCE },
    { path: "editor", for: "a decision of editor", by: "person", since: question.askedAt },
    { path: "child", for: "run make-page-x", by: "run", since: "2026-03-01T14:00:00.000Z" },
  ]);
});

test("a signal is awaited without the run's own id", () => {
  expect(of({ run: RUN, waits: [{ ...wait, event: "order.noted", key: RUN }] })).toEqual([
    { path: "paid", for: "the signal order.noted", by: "event", since: SINCE },
  ]);
});

test.each([
  ["a step runs", { waits: [wait], steps: [{ ...step, state: "running" }] }],
  ["a step is deferred", { waits: [wait], steps: [{ ...step, state: "deferred" }] }],
  ["the run has ended", { waits: [wait], status: "succeeded" }],
  ["it is met", { waits: [{ ...wait, state: "delivered" }] }],
  ["it only cancels the run", { waits: [{ ...wait, purpose: "cancel-on" }] }],
  [
    "another way of the race has won",
    {
      waits: [{ ...wait, path: "first.paid/payment" }],
      races: [{ epoch: 1, path: "first", winner: "late" }],
    },
  ],
  ["it is of an earlier epoch", { waits: [{ ...wait, epoch: 0 }] }],
  ["the question is decided", { questions: [{ ...question, state: "decided" }] }],
])("nothing is awaited where %s", (_, more) => {
  expect(of(more)).toEqual([]);
});

test("a list says what open runs wait for on request; a run always does", async () => {
  const ended = run({ run: "make-film-b", status: "succeeded" });
  const looked: string[] = [];
  const { get } = testApi({
    views: {
      runs: async () => ({ items: [run(), ended], next: undefined }),
      run: async (id) => {
        looked.push(id);
        return { run: run(), claims: [claim()], approvals: [pending()] };
      },
    },
  });
  const waiting = [{ path: "editor", for: "a decision of editor", by: "person", since: TIME }];
  const { json: plain } = await get("/api/runs");
  expect(plain.items[0]).not.toHaveProperty("waiting");
  expect(looked).toEqual([]);
  const { json } = await get("/api/runs?waiting=true");
  expect(json.items).toMatchObject([{ run: RUN, waiting }, { run: "make-film-b" }]);
  expect(looked).toEqual([RUN]);
  expect((await get(`/api/runs/${RUN}`)).json).toMatchObject({ status: "running", waiting });
});
