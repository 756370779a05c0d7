import { expect, test } from "vitest";
import { currentState } from "../../../lambdas/runtime/api/views/current-state.ts";
import { runDetail, stepView } from "../../../lambdas/runtime/api/views/run-detail.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import type { RunState, StepState } from "../../../lib/contract/runs/run-state.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import { claim, question, run, TIME } from "./fixtures.ts";

const EARLIER = { attempt: 1, startedAt: "2026-03-01T11:00:00.000Z", endedAt: TIME, failure: undefined };
const logged = (...steps: Partial<StepState>[]): RunState => {
  const about = { epoch: 1, path: "draw", direction: "do", workflow: "make-film", step: "draw", attempt: 1 };
  const whole = steps.map((step) => ({
    ...about,
    startedAt: TIME,
    deferral: undefined,
    attempts: [EARLIER],
    ...step,
  }));
  return { steps: whole, waits: [{ path: "paid" }], actions: [], status: "accepted" } as unknown as RunState;
};

test("items are ahead of the log, and contain values of any size; the log has earlier attempts and waits", () => {
  const large = "x".repeat(50_000);
  const state = currentState(
    { run: run({ output: large }), claims: [claim({ result: large, attempt: 2 })], approvals: [question()] },
    logged({ state: "running", result: { bytes: 50_000 } }),
    TIME,
  );
  expect(state).toMatchObject({ status: "running", output: { value: large }, asOf: TIME });
  expect(state.steps).toMatchObject([{ state: "done", result: { value: large }, attempts: [EARLIER] }]);
  expect(state.waits).toMatchObject([{ path: "paid" }]);
  expect(state.questions).toMatchObject([{ path: "editor", show: { value: question().show } }]);
});

test("a step is queued from when its state was entered; one that an earlier epoch has done was not", () => {
  const entered = "2026-03-01T11:58:00.000Z";
  const fence = fenceOf({ entered, attempt: 2 });
  const queued = (...claims: ClaimItem[]) =>
    currentState({ run: run(), claims, approvals: [] }, undefined, TIME).steps.map(stepView);
  expect(queued(claim({ fence, attempt: 2 }))).toMatchObject([{ queuedAt: entered, startedAt: TIME }]);
  expect(queued(claim({ fence, reusedFrom: 1 }))[0]!.queuedAt).toBeUndefined();
});

test("a released claim has the state in the log, and so has a step without a claim", () => {
  const { state: _, ...free } = claim();
  const { steps } = currentState(
    { run: run(), claims: [free as ClaimItem], approvals: [] },
    logged({ state: "deferred" }, { path: "cut", state: "deferred" }),
    TIME,
  );
  expect(steps.map(({ path, state }) => [path, state])).toEqual([
    ["draw", "deferred"],
    ["cut", "deferred"],
  ]);
});

test("without a log, a run is shown from its items alone", () => {
  const order = { by: "ada", why: "a test", key: "k", at: TIME };
  const state = currentState(
    { run: run({ paused: order }), claims: [claim()], approvals: [] },
    undefined,
    TIME,
  );
  expect(state.actions).toEqual([{ action: "pause", ...order }]);
  expect(state.steps).toMatchObject([{ state: "done", attempts: [{ attempt: 1, startedAt: TIME }] }]);
  expect(state.waits).toEqual([]);
});

test("of a long list, open steps are shown, and as many of the others as a response can contain", () => {
  const claims = Array.from({ length: 10_000 }, (_, at) =>
    claim({
      sk: `claim#1#draw[${at}]#do`,
      path: `draw[${at}]`,
      result: "x".repeat(200),
      ...(at === 9_000 && { state: "failed" as const, result: undefined }),
    }),
  );
  const state = currentState({ run: run(), claims, approvals: [] }, undefined, TIME);
  const detail = runDetail({ item: run(), state, graph: undefined, consoleUrl: undefined });
  expect(detail.steps).toHaveLength(2_000);
  expect(detail.stepsOmitted).toBe(8_000);
  expect(detail.steps.filter((step) => step.state === "failed").map(({ path }) => path)).toEqual([
    "draw[9000]",
  ]);
  expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(2_000_000);
});

test("a run has the settings, switches and the shared limit that it was accepted under", () => {
  const item = run({
    settings: { revision: 3, values: { deadline: "1 day" } },
    switches: { fastPath: true },
    limit: { name: "model-calls", key: "acme" },
  });
  const state = currentState({ run: item, claims: [], approvals: [] }, undefined, TIME);
  const { settings, switches, limit } = runDetail({ item, state, graph: undefined, consoleUrl: undefined });
  expect({ settings, switches, limit }).toEqual({
    settings: { revision: 3, values: { deadline: "1 day" } },
    switches: { fastPath: true },
    limit: { name: "model-calls", key: "acme" },
  });
  const plain = runDetail({ item: run(), state, graph: undefined, consoleUrl: undefined });
  expect([plain.settings, plain.switches, plain.limit]).toEqual([undefined, undefined, undefined]);
});

test("a sealed claim is a failed step, or one that stopped with its run", () => {
  const failure = {
    policy: "retry" as const,
    name: "TypeError",
    message: "no",
    location: "a.ts:1:2",
    stack: "at a.ts:1:2",
  };
  const shown = (more: Partial<ClaimItem>) =>
    currentState(
      { run: run(), claims: [claim({ state: "sealed", ...more })], approvals: [] },
      undefined,
      TIME,
    ).steps.map(stepView);
  const { policy: _, ...view } = failure;
  expect(shown({ failure })).toMatchObject([
    { state: "failed", failure: view, attempts: [{ failure: view }] },
  ]);
  expect(shown({})).toMatchObject([{ state: "stopped" }]);
});

test("a wait without an event is not shown as done when its run failed", () => {
  const graph = {
    workflow: "make-film",
    on: [],
    deadline: "1 day",
    edges: [],
    nodes: [{ id: "paid", kind: "wait" as const, label: "order.paid" }],
  };
  const shown = (status: RunState["status"], wait: string) => {
    const waits = [{ epoch: 1, path: "paid", purpose: "event", event: "order.paid", key: "o1", state: wait }];
    const state = { ...logged(), status, waits, questions: [], races: [], epoch: 1 } as unknown as RunState;
    return runDetail({ item: run({ status: status! }), state, graph, consoleUrl: undefined }).nodes.paid!
      .state;
  };
  expect(shown("failed", "waiting")).toBe("skipped");
  expect(shown("failed", "delivered")).toBe("done");
  expect(shown("running", "waiting")).toBe("waiting");
});

test("a wait of a way that has lost a race is not shown as waiting", () => {
  const graph = {
    workflow: "make-film",
    on: [],
    deadline: "1 day",
    edges: [{ from: "first", to: "ship" }],
    nodes: [
      { id: "first", kind: "race" as const, label: "first" },
      {
        id: "first.paid/payment",
        kind: "wait" as const,
        label: "order.paid",
        within: { node: "first", block: "paid" },
      },
      { id: "ship", kind: "step" as const, label: "ship" },
    ],
  };
  const shown = (races: RunState["races"]) => {
    const path = "first.paid/payment";
    const waits = [{ epoch: 1, path, purpose: "event", event: "order.paid", key: "o1", state: "waiting" }];
    const state = { ...logged(), waits, questions: [], races, epoch: 1, status: "running" };
    const detail = runDetail({
      item: run({ status: "running" }),
      state: state as unknown as RunState,
      graph,
      consoleUrl: undefined,
    });
    return [detail.waits.length, detail.nodes[path]!.state];
  };
  expect(shown([])).toEqual([1, "waiting"]);
  expect(shown([{ epoch: 1, path: "first", winner: "late" }])).toEqual([0, "idle"]);
});
