import { describe, expect, test } from "vitest";
import { nodeOf, nodeStates, type Progress } from "../../../lambdas/runtime/api/views/node-states.ts";
import type { ApprovalView, StepView, WaitView } from "../../../lib/contract/api/index.ts";
import type { GraphNodeKind, WorkflowGraph } from "../../../lib/contract/workflow-graph.ts";
import { TIME } from "./fixtures.ts";

const node = (id: string, kind: GraphNodeKind = "step", within?: { node: string; block: string }) => ({
  id,
  kind,
  label: id,
  ...(within && { within }),
});
const GRAPH: WorkflowGraph = {
  workflow: "film",
  on: [],
  deadline: "1 day",
  nodes: [
    node("write"),
    node("scenes", "each"),
    node("scenes/draw", "step", { node: "scenes", block: "body" }),
    node("scenes/review", "approval", { node: "scenes", block: "body" }),
    node("when good", "when"),
    node("publish", "step", { node: "when good", block: "then" }),
    node("paid", "wait"),
    node("end"),
  ],
  edges: [
    { from: "write", to: "scenes" },
    { from: "scenes/draw", to: "scenes/review" },
    { from: "scenes", to: "when good" },
    { from: "when good", to: "paid" },
    { from: "paid", to: "end" },
  ],
};
const step = (path: string, state: StepView["state"], more: Partial<StepView> = {}): StepView => ({
  path,
  step: "s",
  direction: "do",
  state,
  attempt: 1,
  startedAt: TIME,
  attempts: [],
  ...more,
});
const asked = (path: string, state: ApprovalView["state"]) => ({ path, state }) as ApprovalView;
const states = (more: Partial<Progress>) => {
  const progress: Progress = { status: "running", steps: [], questions: [], waits: [], met: [], ...more };
  return nodeStates(GRAPH, progress);
};
const short = (all: ReturnType<typeof states>) =>
  Object.fromEntries(Object.entries(all).map(([id, { state }]) => [id, state]));

test("the node of a path knows no numbers, and none of the doubts of its step", () => {
  expect(nodeOf("scenes[3]/boxes[12]/draw")).toBe("scenes/boxes/draw");
  expect(nodeOf("scenes[3]/draw/asks")).toBe("scenes/draw");
});

describe("nodes are", () => {
  test("idle before anything begins", () => {
    expect(new Set(Object.values(short(states({}))))).toEqual(new Set(["idle"]));
  });

  test("in the most urgent state of their contents, with all counted", () => {
    const all = states({
      steps: [
        step("write", "done", { endedAt: new Date(Date.parse(TIME) + 50).toISOString() }),
        step("scenes[0]/draw", "done", { attempt: 3 }),
        step("scenes[1]/draw", "running"),
        step("scenes[2]/draw", "failed"),
      ],
      questions: [asked("scenes[0]/review", "pending")],
    });
    expect(all.write).toMatchObject({ state: "done", durationMs: 50 });
    expect(all["scenes/draw"]).toMatchObject({ state: "running", count: 3, done: 1, failed: 1, attempts: 5 });
    expect(all["scenes/review"]).toMatchObject({ state: "waiting", count: 1 });
    expect(all.scenes).toMatchObject({ state: "waiting", count: 4, done: 1, failed: 1 });
    expect(all.end?.state).toBe("idle");
  });

  test("done if some of their contents failed and the run continued after them", () => {
    const steps = [
      step("scenes[0]/draw", "done"),
      step("scenes[1]/draw", "failed"),
      step("scenes[0]/review", "done"),
    ];
    // An item that came further says nothing of the list.
    const failed = { scenes: "failed", "scenes/draw": "failed" };
    expect(short(states({ steps }))).toMatchObject(failed);
    expect(short(states({ status: "failed", steps }))).toMatchObject(failed);
    const tolerated = { scenes: "done", "scenes/draw": "done" };
    const later = states({ steps: [...steps, step("publish", "running")] });
    expect(short(later)).toMatchObject(tolerated);
    expect(later.scenes).toMatchObject({ done: 2, failed: 1, items: { done: 1, failed: 1 } });
    expect(short(states({ status: "succeeded", steps }))).toMatchObject(tolerated);
    // Of a step that has a fallback, nothing is done.
    const write = [step("write", "failed"), step("publish", "done")];
    expect(short(states({ status: "succeeded", steps: write }))).toMatchObject({ write: "failed" });
  });

  test("waiting while they sleep: from the end of everything before them until something after them begins", () => {
    const graph: WorkflowGraph = {
      ...GRAPH,
      nodes: [node("write"), node("rest", "sleep"), node("publish")],
      edges: [
        { from: "write", to: "rest" },
        { from: "rest", to: "publish" },
      ],
    };
    const rest = (...steps: StepView[]) =>
      nodeStates(graph, { status: "running", steps, questions: [], waits: [], met: [] }).rest!.state;
    expect(rest(step("write", "running"))).toBe("idle");
    expect(rest(step("write", "done"))).toBe("waiting");
    expect(rest(step("write", "done"), step("publish", "running"))).toBe("done");
  });

  test("skipped if the run passed them by, and done if they leave no record", () => {
    const all = short(states({ steps: [step("write", "done")], waits: [{ path: "paid" } as WaitView] }));
    expect(all).toMatchObject({ "when good": "done", publish: "skipped", paid: "waiting", end: "idle" });
  });

  test("done where a race was won by a way that only sleeps: its decision is on record", () => {
    const graph: WorkflowGraph = {
      ...GRAPH,
      nodes: [
        node("first", "race"),
        node("first.late/rest", "sleep", { node: "first", block: "late" }),
        node("first.paid/payment", "wait", { node: "first", block: "paid" }),
      ],
      edges: [],
    };
    const all = (met: string[]) =>
      short(nodeStates(graph, { status: "succeeded", steps: [], questions: [], waits: [], met }));
    expect(all(["first"])).toMatchObject({ first: "done", "first.paid/payment": "skipped" });
    expect(all([])).toMatchObject({ first: "skipped" });
  });

  test("skipped or done once the run has ended", () => {
    const done = [step("write", "done"), step("scenes[0]/draw", "done"), step("end", "done")];
    expect(short(states({ status: "succeeded", steps: done, met: ["paid"] }))).toMatchObject({
      "scenes/review": "skipped",
      "when good": "done",
      publish: "skipped",
      paid: "done",
    });
    expect(short(states({ status: "failed", steps: [step("write", "failed")] }))).toEqual({
      write: "failed",
      scenes: "skipped",
      "scenes/draw": "skipped",
      "scenes/review": "skipped",
      "when good": "skipped",
      publish: "skipped",
      paid: "skipped",
      end: "skipped",
    });
  });

  test("undone if their effects were undone, and not if that failed", () => {
    const undone = (state: StepView["state"]) =>
      short(
        states({
          status: "failed",
          steps: [step("write", "done"), step("write", state, { direction: "undo" })],
        }),
      );
    expect(undone("done").write).toBe("undone");
    expect(undone("failed").write).toBe("done");
  });

  test("waiting if a message is deferred, or a step asks whether to try again", () => {
    expect(states({ steps: [step("write", "deferred")] }).write?.state).toBe("waiting");
    const doubt = states({ steps: [step("write", "failed")], questions: [asked("write/asks", "pending")] });
    expect(doubt.write).toMatchObject({ state: "waiting", count: 1, failed: 1 });
  });
});

describe("the time of a node", () => {
  const at = (seconds: number) => new Date(Date.parse(TIME) + seconds * 1_000).toISOString();
  const ran = (path: string, ...spans: [number, number][]) =>
    step(path, "done", {
      startedAt: at(spans[0]![0]),
      endedAt: at(spans.at(-1)![1]),
      attempt: spans.length,
      attempts: spans.map(([from, to], index) => ({
        attempt: index + 1,
        startedAt: at(from),
        endedAt: at(to),
      })),
    });

  test("is that in the handler, without the backoff between attempts", () => {
    expect(states({ steps: [ran("write", [0, 2], [60, 61])] }).write?.durationMs).toBe(3_000);
  });

  test("is the average of several, not the period from the first to the last; containers have none", () => {
    const all = states({ steps: [ran("scenes[0]/draw", [0, 2]), ran("scenes[1]/draw", [500, 504])] });
    expect(all["scenes/draw"]?.durationMs).toBe(3_000);
    expect(all.scenes).not.toHaveProperty("durationMs");
  });

  test("is unknown while one of them runs", () => {
    const all = states({ steps: [ran("scenes[0]/draw", [0, 2]), step("scenes[1]/draw", "running")] });
    expect(all["scenes/draw"]).not.toHaveProperty("durationMs");
  });
});

test("items are counted by the most urgent state in each, not by their steps", () => {
  const all = states({
    steps: [
      step("scenes[0]/draw", "done"),
      step("scenes[1]/draw", "failed"),
      step("scenes[10]/draw", "done"),
      step("write", "done"),
    ],
    questions: [asked("scenes[0]/review", "pending"), asked("scenes[10]/review", "decided")],
  });
  expect(all.scenes?.items).toEqual({ count: 3, waiting: 1, running: 0, failed: 1, done: 1 });
  expect(all.write).not.toHaveProperty("items");
  expect(states({}).scenes).not.toHaveProperty("items");
});

test("the items of an inner list are counted over all items of the outer one", () => {
  const graph: WorkflowGraph = {
    workflow: "film",
    on: [],
    deadline: "1 day",
    edges: [],
    nodes: [
      node("cut", "repeat"),
      node("cut/scenes", "each", { node: "cut", block: "body" }),
      node("cut/scenes/draw", "step", { node: "cut/scenes", block: "body" }),
    ],
  };
  const steps = ["cut[1]/scenes[0]/draw", "cut[1]/scenes[1]/draw", "cut[2]/scenes[0]/draw"];
  const all = nodeStates(graph, {
    status: "running",
    questions: [],
    waits: [],
    met: [],
    steps: steps.map((path) => step(path, "done")),
  });
  expect(all.cut?.items).toMatchObject({ count: 2, done: 2 });
  expect(all["cut/scenes"]?.items).toMatchObject({ count: 3, done: 3 });
});
