import { expect, test } from "vitest";
import { timelineOf } from "../../../lambdas/runtime/api/views/timeline.ts";
import type { LoggedState } from "../../../lib/contract/log/logged-state.ts";
import type { FoldedEntry } from "../../../lib/contract/log/state-entry.ts";
import type { AttemptState, RunState, StepState } from "../../../lib/contract/runs/run-state.ts";
import { NOW, RUN } from "./fixtures.ts";

const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const attempt = (number: number, from: number, to?: number): AttemptState => ({
  attempt: number,
  startedAt: at(from),
  endedAt: to === undefined ? undefined : at(to),
  failure: undefined,
});
const failed = (one: AttemptState): AttemptState => ({
  ...one,
  failure: { name: "TimeoutError", message: "late" } as AttemptState["failure"],
});
const step = (path: string, epoch: number, ...attempts: ReturnType<typeof attempt>[]): StepState => ({
  path,
  epoch,
  step: path,
  workflow: "film",
  direction: "do",
  state: "done",
  attempt: attempts.length,
  startedAt: attempts[0]!.startedAt,
  deferral: undefined,
  attempts,
});
const entry = (path: string, seconds: number, revision: number, state: LoggedState): FoldedEntry => ({
  run: RUN,
  epoch: 2,
  at: at(seconds),
  name: "",
  path,
  of: path,
  revision,
  state,
});
const wait = (since: number, state: "waiting" | "delivered"): LoggedState => ({
  kind: "wait",
  purpose: "event",
  event: "film.paid",
  key: "1",
  state,
  since: at(since),
  taken: undefined,
});
const stateOf = (more: Partial<RunState>) =>
  ({ epoch: 2, steps: [], questions: [], waits: [], ...more }) as unknown as RunState;

test("between attempts a step backs off; attempts have their outcome; earlier epochs are not shown", () => {
  const state = stateOf({
    steps: [
      step("draw", 1, attempt(1, -50, -40)),
      step("draw", 2, failed(attempt(1, 0, 2)), attempt(2, 5, 6), attempt(3, 9)),
    ],
  });
  expect(timelineOf(state, [])).toEqual([
    { path: "draw", kind: "running", from: at(0), to: at(2), attempt: 1, outcome: "failed" },
    { path: "draw", kind: "backoff", from: at(2), to: at(5), attempt: 2 },
    { path: "draw", kind: "running", from: at(5), to: at(6), attempt: 2, outcome: "done" },
    { path: "draw", kind: "backoff", from: at(6), to: at(9), attempt: 3 },
    { path: "draw", kind: "running", from: at(9), attempt: 3 },
  ]);
});

test("before its first attempt a step is queued since it was sent; not if only a later send is known", () => {
  const queued = (seconds: number) => ({ ...step("draw", 2, attempt(1, 3, 4)), queuedAt: at(seconds) });
  const tried = { path: "draw", kind: "running", from: at(3), to: at(4), attempt: 1, outcome: "done" };
  expect(timelineOf(stateOf({ steps: [queued(1)] }), [])).toEqual([
    { path: "draw", kind: "queued", from: at(1), to: at(3), attempt: 1 },
    tried,
  ]);
  expect(timelineOf(stateOf({ steps: [queued(7)] }), [])).toEqual([tried]);
});

test("a wait lasts until its event is consumed, separately for each round of a loop", () => {
  const entries = [
    entry("think[1]/paid", 1, 1, wait(1, "waiting")),
    entry("think[1]/paid", 4, 3, wait(1, "delivered")),
    entry("paid", 5, 1, wait(5, "waiting")),
  ];
  const waiting = { kind: "waiting", attempt: 1 };
  expect(timelineOf(stateOf({}), entries)).toEqual([
    { ...waiting, path: "think[1]/paid", from: at(1), to: at(4) },
    { ...waiting, path: "paid", from: at(5) },
  ]);
  expect(timelineOf(stateOf({ endedAt: at(9) }), entries)[1]).toMatchObject({ to: at(9) });
});

test("a deferred message counts until the step begins, or still", () => {
  const deferral: LoggedState = { kind: "deferral", direction: "do", step: "draw", reason: "run paused" };
  const entries = [entry("draw", 1, 1, deferral), entry("cut", 2, 1, deferral)];
  const state = stateOf({ steps: [step("draw", 2, attempt(1, -3, -2), attempt(2, 7, 8))] });
  expect(timelineOf(state, entries).filter(({ kind }) => kind === "deferred")).toEqual([
    { path: "draw", kind: "deferred", from: at(1), to: at(7), attempt: 2 },
    { path: "cut", kind: "deferred", from: at(2), attempt: 1 },
  ]);
});

test("the time of a decision is a person's, not an event's", () => {
  const question = { epoch: 2, path: "editor", level: 1, askedAt: at(1), decidedAt: at(8) };
  expect(timelineOf(stateOf({ questions: [question as RunState["questions"][number]] }), [])).toEqual([
    { path: "editor", kind: "person", from: at(1), to: at(8), attempt: 1 },
  ]);
});
