import { describe, expect, test } from "vitest";
import { EventStreamReader } from "../../console/src/api/event-stream.ts";
import { patchRuns } from "../../console/src/api/patch-runs.ts";
import { queriesToRefetch } from "../../console/src/api/refresh.ts";
import type {
  FlowMap,
  LogEntry,
  RunSummary,
  TimelineBar,
  WorkflowGraph,
} from "../../console/src/api/types.ts";
import { isShort, kindOf } from "../../console/src/approval/kind.ts";
import { errorsByField } from "../../console/src/form/errors-by-field.ts";
import { edgeLabel, movedEdges, withoutSteps } from "../../console/src/graph/flow.ts";
import { layoutWorkflow } from "../../console/src/graph/layout.ts";
import { endIn, neighbour, spanOf } from "../../console/src/run/moments.ts";
import { spentTime } from "../../console/src/run/spent-time.ts";
import { ticks } from "../../console/src/run/ticks.ts";
import type { GraphNodeKind } from "../../lib/contract/workflow-graph.ts";
import { recordedMap } from "./recorded-graphs.ts";

describe("live updates", () => {
  test("messages are parsed, however the text is split", () => {
    const text = "retry: 500\nid: 7\ndata: [1,\ndata: 2]\n\n: nothing changed\nid: 9\n\n";
    for (let cut = 0; cut <= text.length; cut++) {
      const reader = new EventStreamReader();
      const events = [...reader.push(text.slice(0, cut)), ...reader.push(text.slice(cut))];
      expect(events).toEqual([{ type: "message", data: "[1,\n2]" }]);
      expect(reader.lastId).toBe("9");
      expect(reader.retry).toBe(500);
    }
  });

  test("a message has the type that it names, and the next one does not keep it", () => {
    const reader = new EventStreamReader();
    const events = reader.push("event: missed\ndata: []\n\nevent: quiet\n\ndata: [1]\n\n");
    expect(events).toEqual([
      { type: "missed", data: "[]" },
      { type: "message", data: "[1]" },
    ]);
  });

  test("an id counts when its message is complete", () => {
    const reader = new EventStreamReader();
    reader.push("id: 7\ndata: x\n");
    expect(reader.lastId).toBeUndefined();
    reader.push("\n");
    expect(reader.lastId).toBe("7");
  });

  test("changes reload what they concern, once", () => {
    const at = "2026-03-01T12:00:00.000Z";
    expect(
      queriesToRefetch([
        { name: "step.completed", at, run: "r1" },
        { name: "step.started", at, run: "r1" },
        { name: "approval.requested", at, run: "r2" },
        { name: "breaker.opened", at },
      ]),
    ).toEqual([["run", "r1"], ["run", "r2"], ["approvals"], ["attention", "waiting"], ["breakers"]]);
    expect(queriesToRefetch([{ name: "run.failed", at, run: "r1" }])).toContainEqual(["attention"]);
    expect(queriesToRefetch([{ name: "dead-letter.redriven", at }])).toEqual([
      ["dead-letters"],
      ["dead-letter"],
    ]);
  });

  test("changed rows are patched, others are not changed", () => {
    const run = (name: string): RunSummary => ({
      run: name,
      workflow: "w",
      epoch: 1,
      status: "running",
      acceptedAt: "2026-03-01T12:00:00.000Z",
    });
    const pages = [{ items: [run("a"), run("b")], next: "2" }, { items: [run("c")] }];
    const at = "2026-03-01T12:00:05.000Z";
    const patched = patchRuns(pages, [{ name: "run.succeeded", at, run: "b", status: "succeeded" }]);
    expect(patched[0]!.items[1]).toEqual({ ...run("b"), status: "succeeded", endedAt: at });
    expect(patched[0]!.items[0]).toBe(pages[0]!.items[0]);
    expect(patched[1]).toBe(pages[1]);
    const again = patchRuns(patched, [{ name: "run.started", at, run: "b", status: "running" }]);
    expect(again[0]!.items[1]!.endedAt).toBeUndefined();
  });
});

describe("graphs", () => {
  test("neighbouring boxes do not overlap, and successors are to the right", () => {
    const node = (id: string) => ({ id, kind: "step" as const, label: id });
    const edge = (from: string, to: string) => ({ from, to });
    const { boxes } = layoutWorkflow(
      {
        workflow: "w",
        on: ["e"],
        deadline: "1 day",
        nodes: ["first", "one", "other", "last"].map(node),
        edges: [edge("first", "one"), edge("first", "other"), edge("one", "last"), edge("other", "last")],
      },
      "LR",
    );
    const at = (id: string) => boxes.find((box) => box.id === id)!;
    expect(at("last").x).toBeGreaterThan(at("one").x + at("one").width);
    expect(Math.abs(at("one").y - at("other").y)).toBeGreaterThanOrEqual(at("one").height);
  });

  test("the contents of a box are placed inside it, and edges across its border lead to it", () => {
    const node = (id: string, kind: GraphNodeKind, within?: { node: string; block: string }) => ({
      id,
      kind,
      label: id,
      ...(within && { within }),
    });
    const graph: WorkflowGraph = {
      workflow: "w",
      on: ["e"],
      deadline: "1 day",
      nodes: [
        node("first", "step"),
        node("ok", "when"),
        node("yes", "step", { node: "ok", block: "then" }),
        node("yes-too", "step", { node: "ok", block: "then" }),
        node("no", "step", { node: "ok", block: "else" }),
        node("last", "step"),
        node("lost", "step", { node: "nowhere", block: "then" }),
      ],
      edges: [
        { from: "first", to: "yes" },
        { from: "yes", to: "yes-too" },
        { from: "ok", to: "no" },
        { from: "no", to: "last" },
        { from: "gone", to: "last" },
      ],
    };
    const { boxes, edges } = layoutWorkflow(graph, "LR");
    expect(edges).toEqual([
      { from: "first", to: "ok" },
      { from: "yes", to: "yes-too" },
      { from: "ok", to: "last" },
    ]);
    expect(boxes.find(({ id }) => id === "yes")!.parent).toBe("ok|then");
    for (const { id, parent, x, y, width, height } of boxes) {
      const around = boxes.find((box) => box.id === parent);
      if (!around) continue;
      expect(x, id).toBeGreaterThan(0);
      expect(y, id).toBeGreaterThan(0);
      expect(x + width, id).toBeLessThan(around.width);
      expect(y + height, id).toBeLessThan(around.height);
    }
    expect(boxes.map(({ id }) => id)).toContain("lost");
    const order = boxes.map(({ id }) => id);
    for (const { id, parent } of boxes)
      if (parent) expect(order.indexOf(parent)).toBeLessThan(order.indexOf(id));
  });

  test("without steps, a step's event comes from its workflow", () => {
    const { nodes, edges } = withoutSteps(recordedMap);
    expect(nodes.some(({ kind }) => kind === "step")).toBe(false);
    expect(edges).toContainEqual(
      expect.objectContaining({ from: "workflow:produce-video", to: "event:video.published" }),
    );
  });
});

describe("the flow map", () => {
  const map = {
    nodes: [
      {
        id: "workflow:film",
        kind: "workflow",
        label: "film",
        queue: { backlog: 3, inFlight: 1, delayed: 0, dead: 0 },
      },
    ],
    edges: [
      { from: "producer:shop", to: "event:a", event: "a", perHour: 12.4 },
      { from: "event:a", to: "workflow:film", event: "a", perHour: 12.4 },
      { from: "event:b", to: "workflow:film", event: "b" },
      { from: "workflow:film", to: "step:film/draw" },
      { from: "event:a", to: "workflow:other", event: "a", perHour: 1 },
    ],
  } as FlowMap;
  const nodes = new Map(map.nodes.map((node) => [node.id, node]));

  test("shows rates and queues on its edges", () => {
    expect(map.edges.map((edge) => edgeLabel(edge, nodes))).toEqual([
      "12/h",
      "12/h · 4 queued",
      "4 queued",
      "",
      "1/h",
    ]);
  });

  test("animates edges on which runs are accepted and steps begin", () => {
    const at = "2026-03-01T12:00:00.000Z";
    expect(movedEdges(map, [{ name: "run.accepted", at, run: "r", workflow: "film" }])).toEqual(
      new Set(["event:a>workflow:film>a", "producer:shop>event:a>a"]),
    );
    const step = { name: "step.started", at, run: "r", workflow: "film", path: "scenes[3]/draw" };
    expect(movedEdges(map, [step])).toEqual(new Set(["workflow:film>step:film/draw>"]));
    expect(movedEdges(map, [{ name: "run.accepted", at }])).toEqual(new Set());
  });
});

describe("a run's time", () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1) + seconds * 1000).toISOString();
  const entry = (second: number, name = "step.started"): LogEntry => ({
    id: `${second}`,
    at: at(second),
    name,
    source: "millrace",
    epoch: 1,
    data: {},
  });
  const bar = (kind: TimelineBar["kind"], from: number, to?: number): TimelineBar => ({
    path: "p",
    kind,
    from: at(from),
    attempt: 1,
    ...(to !== undefined && { to: at(to) }),
  });

  test("each moment counts once: for the most advanced kind", () => {
    const bars = [bar("queued", 0, 4), bar("running", 2, 6), bar("waiting", 5, 10), bar("deferred", 12)];
    expect(spentTime(bars, Date.parse(at(15)))).toEqual({
      queued: 2_000,
      running: 4_000,
      waiting: 4_000,
      deferred: 3_000,
      backoff: 0,
      person: 0,
    });
    expect(new Set(Object.values(spentTime([], 0)))).toEqual(new Set([0]));
  });

  test("it ends at the run's end, or at the last known time, or now", () => {
    const log = [entry(7)];
    const begun = { acceptedAt: at(0), asOf: at(3) };
    expect(spanOf({ ...begun, endedAt: at(5) }, log, 0)).toEqual({
      from: Date.parse(at(0)),
      to: Date.parse(at(7)),
    });
    const lookedAtLater = { ...begun, endedAt: at(5), asOf: at(3_600) };
    expect(spanOf(lookedAtLater, log, 0).to).toBe(Date.parse(at(7)));
    expect(spanOf(begun, log, Date.parse(at(9)))).toEqual({ from: Date.parse(at(0)), to: Date.parse(at(9)) });
    expect(spanOf({ acceptedAt: at(0), asOf: at(0), endedAt: at(0) }, [], 0).to).toBe(Date.parse(at(0)) + 1);
  });

  test("its end is that of its last epoch", () => {
    const log = (...names: string[]) => names.map((name, second) => entry(second, name));
    expect(endIn(log("run.accepted", "run.failed", "step.undone"))).toBe(at(1));
    expect(endIn(log("run.accepted", "run.failed", "run.started"))).toBeUndefined();
    expect(endIn([])).toBeUndefined();
  });

  test("from any time one can go to the event before and after, in any sort order", () => {
    const log = [3, 1, 2].map((second) => entry(second));
    expect(neighbour(log, Date.parse(at(2)), "after")?.id).toBe("3");
    expect(neighbour(log, Date.parse(at(2)), "before")?.id).toBe("1");
    expect(neighbour(log, Date.parse(at(1)), "before")).toBeUndefined();
    expect(neighbour(log, Date.parse(at(3)), "after")).toBeUndefined();
  });

  test("marks are round and at most seven, from a millisecond to a year", () => {
    for (let length = 1; length < 4e10; length *= 1.7) {
      const marks = ticks(length);
      expect(marks.length).toBeLessThanOrEqual(7);
      expect(marks[0]).toBe(0);
      expect(marks.at(-1)).toBeLessThanOrEqual(length);
    }
    expect(ticks(3_800)).toEqual([0, 1_000, 2_000, 3_000]);
  });
});

test("values of an approval are shown in their best view", () => {
  const film = { artifact: "artifacts?uri=s3", type: "video/mp4", name: "film.mp4" };
  expect(kindOf(film).as).toBe("artifact");
  expect(kindOf([film, film]).as).toBe("gallery");
  expect(kindOf([]).as).toBe("json");
  expect(kindOf({ title: "Tides", film }).as).toBe("parts");
  expect(kindOf({ before: "a", after: "b" })).toEqual({ as: "comparison", before: "a", after: "b" });
  expect(kindOf({ before: "a", after: "b", note: "c" }).as).toBe("json");
  expect(kindOf("@@ -1 +1 @@\n-a\n+b").as).toBe("diff");
  expect(kindOf("A text.").as).toBe("prose");
  expect(kindOf(0)).toEqual({ as: "prose", text: "0" });
  expect(kindOf(null).as).toBe("json");
  expect(["a title", 12, true, "two\nlines", film].map(isShort)).toEqual([true, true, true, false, false]);
});

test("errors of a payload's fields change no other object, whatever the fields are called", () => {
  const tree = errorsByField([{ property: ".constructor.prototype", message: "wrong" }]);
  expect(tree.constructor).toEqual({ prototype: { __errors: ["wrong"] } });
  expect(({} as { __errors?: unknown }).__errors).toBeUndefined();
});
