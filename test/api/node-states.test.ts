import { describe, expect, test } from "vitest";
import { nodeOf, nodeStates, type Progress } from "../../lambdas/runtime/api/views/node-states.ts";
import type { ApprovalView, StepView, WaitView } from "../../lib/contract/api/index.ts";
import type { WorkflowGraph } from "../../lib/contract/workflow-graph.ts";
import { TIME } from "./world.ts";

const node = (id: string, kind = "step", within?: { node: string; block: string }) => ({
  ...{ id, kind, label: id },
  ...(within && { within }),
});
const GRAPH: WorkflowGraph = {
  ...{ workflow: "film", on: [], deadline: "1 day" },
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
  ...{ path, step: "s", direction: "do", state, attempt: 1, startedAt: TIME, attempts: [] },
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

describe("nodes stand", () => {
  test("idle before anything begins", () => {
    expect(new Set(Object.values(short(states({}))))).toEqual(new Set(["idle"]));
  });

  test("as what lies within them, what is most urgent first, with all counted", () => {
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

  test("waiting where they sleep: from when all before them is done until something after them begins", () => {
    const graph: WorkflowGraph = {
      ...{ ...GRAPH, nodes: [node("write"), node("rest", "sleep"), node("publish")] },
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

  test("skipped where the run went by them, and done where they leave no trace", () => {
    const all = short(states({ steps: [step("write", "done")], waits: [{ path: "paid" } as WaitView] }));
    expect(all).toMatchObject({ "when good": "done", publish: "skipped", paid: "waiting", end: "idle" });
  });

  test("skipped or done once the run has ended", () => {
    const done = [step("write", "done"), step("scenes[0]/draw", "done"), step("end", "done")];
    expect(short(states({ status: "succeeded", steps: done, met: ["paid"] }))).toMatchObject({
      ...{ "scenes/review": "skipped", "when good": "done", publish: "skipped", paid: "done" },
    });
    expect(short(states({ status: "failed", steps: [step("write", "failed")] }))).toEqual({
      ...{ write: "failed", scenes: "skipped", "scenes/draw": "skipped", "scenes/review": "skipped" },
      ...{ "when good": "skipped", publish: "skipped", paid: "skipped", end: "skipped" },
    });
  });

  test("undone where what they did was undone, and not where that failed", () => {
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

  test("waiting where a message is put aside, or a step asks whether to try again", () => {
    expect(states({ steps: [step("write", "deferred")] }).write?.state).toBe("waiting");
    const doubt = states({ steps: [step("write", "failed")], questions: [asked("write/asks", "pending")] });
    expect(doubt.write).toMatchObject({ state: "waiting", count: 1, failed: 1 });
  });
});
