import { describe, expect, test } from "vitest";
import type {
  LogEntry,
  NodeState,
  RunDetail,
  StepView,
  TimelineBar,
  WrittenLineView,
} from "../../console/src/api/types.ts";
import { withView } from "../../console/src/app/views.ts";
import { compareRuns, describeNode } from "../../console/src/compare/compare.ts";
import {
  cameraOn,
  containersOf,
  fitsIn,
  focusOf,
  openAtFirst,
  placeOf,
} from "../../console/src/graph/focus.ts";
import { layoutWorkflow } from "../../console/src/graph/layout.ts";
import { editedHandler } from "../../console/src/run/edited-handler.ts";
import { countStates, itemsOf, placeNames } from "../../console/src/run/items.ts";
import { filterLines, filterLog, nodesIn } from "../../console/src/run/log-filter.ts";
import { mergeLog } from "../../console/src/run/merge-log.ts";
import { entriesOf } from "../../console/src/run/step-entries.ts";
import { timeOf } from "../../console/src/run/step-time.ts";
import { timeScale } from "../../console/src/run/time-scale.ts";
import { criticalPath, nameOf, waterfall } from "../../console/src/run/waterfall.ts";
import { recordedGraph } from "./recorded-graphs.ts";

const FILM_GRAPH = recordedGraph("produce-video");
const ORDER_GRAPH = recordedGraph("fulfil-order");
const FRAME = { width: 1040, height: 460 };
const fits = (graph: typeof FILM_GRAPH) => (open: ReadonlySet<string>) =>
  fitsIn(layoutWorkflow(graph, "LR", open), FRAME);
const states = (given: Record<string, NodeState["state"]>) =>
  Object.fromEntries(
    Object.entries(given).map(([id, state]) => [id, { state, count: 1, done: 0, failed: 0, attempts: 1 }]),
  );

describe("the graph of a run", () => {
  test("focuses failed, then waiting, then running, then completed nodes, and the innermost of them", () => {
    const running = { cut: "running", "cut/scenes": "running", "cut/write-script": "done" } as const;
    expect(focusOf(FILM_GRAPH, states(running))).toBe("cut/scenes");
    expect(focusOf(FILM_GRAPH, states({ ...running, "cut/editor": "waiting" }))).toBe("cut/editor");
    expect(focusOf(FILM_GRAPH, states({ ...running, publish: "failed" }))).toBe("publish");
    expect(focusOf(FILM_GRAPH, states({ ...running, announce: "failed" }), "cut/scenes")).toBe("cut/scenes");
    expect(focusOf(FILM_GRAPH, states({ cut: "done", wanted: "done", publish: "done" }))).toBe("publish");
    expect(focusOf(FILM_GRAPH, states({ publish: "idle" }))).toBeUndefined();
  });

  test("opens the boxes around the focus, and of the others only as many as stay readable", () => {
    const focused = openAtFirst(FILM_GRAPH, "cut/scenes/take/check-scene", fits(FILM_GRAPH));
    for (const id of ["cut", "cut/scenes", "cut/scenes/kept", "cut/scenes/take"])
      expect(focused).toContain(id);
    const calm = openAtFirst(FILM_GRAPH, undefined, fits(FILM_GRAPH));
    expect(fitsIn(layoutWorkflow(FILM_GRAPH, "LR", calm), FRAME)).toBe(true);
    expect(calm).toContain("wanted");
    expect(calm.size).toBeLessThan(containersOf(FILM_GRAPH).length);
    expect(fits(FILM_GRAPH)(new Set(containersOf(FILM_GRAPH)))).toBe(false);
  });

  test("of a small workflow is open as a whole", () => {
    expect(openAtFirst(ORDER_GRAPH, undefined, fits(ORDER_GRAPH))).toEqual(
      new Set(containersOf(ORDER_GRAPH)),
    );
  });

  test("draws nothing inside a closed box, and no arrow to it", () => {
    const { boxes, edges } = layoutWorkflow(FILM_GRAPH, "LR", new Set(["wanted"]));
    expect(boxes.map(({ id }) => id).sort()).toEqual(["agreed", "announce", "cut", "publish", "wanted"]);
    expect(boxes.find(({ id }) => id === "cut")).toMatchObject({ holds: false, inner: 15 });
    expect(edges).toContainEqual({ from: "publish", to: "announce" });
    expect(edges.some(({ from }) => from.startsWith("cut/"))).toBe(false);
  });

  test("draws a box before the boxes inside it", () => {
    const { boxes } = layoutWorkflow(FILM_GRAPH, "LR");
    const drawn = boxes.map(({ id }) => id);
    const inner = boxes.filter(({ parent }) => parent !== undefined);
    expect(inner.length).toBeGreaterThan(15);
    for (const { id, parent } of inner) expect(drawn.slice(0, drawn.indexOf(id))).toContain(parent);
  });

  test("is never smaller than readable; the focus is in the frame", () => {
    const picture = layoutWorkflow(FILM_GRAPH, "LR");
    const { zoom, x, y } = cameraOn(picture, FRAME, "announce");
    expect(zoom).toBeGreaterThanOrEqual(0.7);
    const box = placeOf(picture, "announce")!;
    expect(box.x * zoom + x).toBeGreaterThanOrEqual(0);
    expect((box.x + box.width) * zoom + x).toBeLessThanOrEqual(FRAME.width);
    expect(box.y * zoom + y).toBeGreaterThanOrEqual(0);
    expect((box.y + box.height) * zoom + y).toBeLessThanOrEqual(FRAME.height);
    const small = layoutWorkflow(ORDER_GRAPH, "LR");
    expect(cameraOn(small, FRAME, undefined).x).toBeGreaterThan(0);
  });
});

const step = (path: string, state: StepView["state"] = "done", more: Partial<StepView> = {}): StepView => ({
  path,
  step: path.split("/").at(-1)!,
  direction: "do",
  state,
  attempt: 1,
  attempts: [],
  ...more,
});

test("the time of a step is that of all its attempts, without the time between them", () => {
  const at = (second: number) =>
    new Date(Date.parse("2026-03-01T12:00:00.000Z") + second * 1_000).toISOString();
  const first = { attempt: 1, startedAt: at(0), endedAt: at(3) };
  const attempts = [first, { attempt: 2, startedAt: at(60) }];
  const second = { attempts, attempt: 2, startedAt: at(60) };
  expect(timeOf(step("pay", "running", second), at(64))).toBe("7 s");
  expect(timeOf(step("pay", "deferred", second), at(64))).toBe("3 s");
  const ended = { ...second, endedAt: at(61), attempts: [first, { ...attempts[1]!, endedAt: at(61) }] };
  expect(timeOf(step("pay", "failed", ended), at(900))).toBe("4 s");
  expect(timeOf(step("pay", "done", { startedAt: at(0), endedAt: at(2) }), at(900))).toBe("2 s");
  expect(timeOf(step("pay", "running"), at(0))).toBe("");
});

describe("the parts of a node", () => {
  const scenes = FILM_GRAPH.nodes.find(({ id }) => id === "cut/scenes")!;
  const picture = FILM_GRAPH.nodes.find(({ id }) => id === "cut/scenes/take/draw-picture")!;
  const detail = {
    steps: [
      step("cut[1]/scenes[10]/take[1]/draw-picture", "running"),
      step("cut[1]/scenes[2]/take[1]/draw-picture"),
      step("cut[1]/scenes[2]/take[1]/check-scene", "failed"),
      step("cut[1]/write-script"),
    ],
    questions: [],
    waits: [],
  };

  test("are the items of a list, in the order of their numbers", () => {
    const items = itemsOf(scenes, detail);
    expect(items.map(({ path, state }) => [path, state])).toEqual([
      ["cut[1]/scenes[2]", "failed"],
      ["cut[1]/scenes[10]", "running"],
    ]);
    expect(items[0]!.steps).toHaveLength(2);
    expect(countStates(items)).toEqual([
      { state: "failed", count: 1 },
      { state: "running", count: 1 },
    ]);
  });

  test("are the calls of a step", () => {
    expect(itemsOf(picture, detail).map(({ path }) => path)).toEqual([
      "cut[1]/scenes[2]/take[1]/draw-picture",
      "cut[1]/scenes[10]/take[1]/draw-picture",
    ]);
  });

  test("are named by what distinguishes them", () => {
    expect(placeNames(["cut[1]/scenes[0]/draw", "cut[1]/scenes[4]/draw"])).toEqual(["scenes 0", "scenes 4"]);
    expect(placeNames(["cut[1]/scenes[0]", "cut[2]/scenes[0]"])).toEqual([
      "cut 1 › scenes 0",
      "cut 2 › scenes 0",
    ]);
    expect(placeNames(["cut[1]/draw"])).toEqual(["cut 1"]);
    expect(placeNames(["draw"])).toEqual(["draw"]);
  });
});

test("steps, approvals and waits are listed in the order in which they began; many calls are one line", () => {
  const at = (second: number) => `2026-03-01T12:00:${String(second).padStart(2, "0")}.000Z`;
  const entries = entriesOf({
    steps: [
      step("publish", "done", { startedAt: at(30) }),
      ...[6, 5, 4, 3, 2, 1].map((second) =>
        step(`scenes[${second}]/draw`, "done", { startedAt: at(second) }),
      ),
    ],
    questions: [
      { path: "editor", level: 1, askedAt: at(10) } as Parameters<typeof entriesOf>[0]["questions"][number],
    ],
    waits: [{ path: "paid", for: "order.paid", since: at(20) }],
  });
  expect(entries.map(({ kind }) => kind)).toEqual(["group", "approval", "wait", "step"]);
  expect(entries[0]!.kind === "group" && entries[0]!.steps.map(({ path }) => path)[0]).toBe("scenes[1]/draw");
});

describe("the log of a run", () => {
  const entry = (name: string, path: string | undefined, data = {}): LogEntry => ({
    id: name,
    at: "",
    name,
    source: "",
    epoch: 1,
    data,
    ...(path !== undefined && { path }),
  });
  const log = [
    entry("run.accepted", undefined),
    entry("step.failed", "scenes[3]/draw", { message: "No ink" }),
    entry("step.completed", "scenes[3]/drawn"),
  ];

  test("is filtered by node with what is in it, by text in its data, and by errors", () => {
    const names = (filter: Partial<Parameters<typeof filterLog>[1]>) =>
      filterLog(log, { errors: false, ...filter }).map(({ name }) => name);
    expect(names({ node: "scenes" })).toEqual(["step.failed", "step.completed"]);
    expect(names({ node: "scenes/draw" })).toEqual(["step.failed"]);
    expect(names({ text: "NO INK" })).toEqual(["step.failed"]);
    expect(names({ errors: true })).toEqual(["step.failed"]);
    expect(names({})).toHaveLength(3);
    expect(nodesIn(log)).toEqual(["scenes/draw", "scenes/drawn"]);
  });
});

describe("the waterfall of a run", () => {
  const S = 1_000;
  const zero = Date.parse("2026-03-01T12:00:00.000Z");
  const at = (seconds: number) => new Date(zero + seconds * S).toISOString();
  const bar = (path: string, from: number, to?: number, more: Partial<TimelineBar> = {}): TimelineBar => ({
    path,
    kind: "running",
    from: at(from),
    attempt: 1,
    ...(to !== undefined && { to: at(to) }),
    ...more,
  });

  test("shortens idle time, and marks it", () => {
    const busy = [
      { from: 0, to: 10 * S },
      { from: 3_600 * S, to: 3_610 * S },
    ];
    const { place, idle } = timeScale(busy, 0, 3_610 * S);
    expect(idle).toEqual([{ from: 10 * S, to: 3_600 * S }]);
    expect(place(0)).toBe(0);
    expect(place(3_610 * S)).toBeCloseTo(100);
    expect(place(10 * S)).toBeGreaterThan(40);
    expect(place(3_600 * S) - place(10 * S)).toBeLessThan(15);
    let last = -1;
    for (let time = 0; time <= 3_610 * S; time += 5 * S) {
      expect(place(time)).toBeGreaterThanOrEqual(last);
      last = place(time);
    }
  });

  test("is in proportion if nothing is idle, or if everything is", () => {
    const { place, idle } = timeScale([{ from: 0, to: 10 * S }], 0, 10 * S);
    expect(idle).toEqual([]);
    expect(place(5 * S)).toBeCloseTo(50);
    expect(timeScale([], 0, 10 * S).place(2_500)).toBeCloseTo(25);
  });

  test("finds the time of each position, also within a compressed period", () => {
    const busy = [
      { from: 0, to: 10 * S },
      { from: 3_600 * S, to: 3_610 * S },
    ];
    const { place, timeAt } = timeScale(busy, 0, 3_610 * S);
    for (const seconds of [0, 5, 10, 700, 1_800, 3_600, 3_605, 3_610])
      expect(timeAt(place(seconds * S))).toBeCloseTo(seconds * S, 3);
    // Most of the slider is where something happens: half of it leads into the hour of waiting at most.
    expect(timeAt(25)).toBeLessThan(10 * S);
    expect(timeAt(75)).toBeGreaterThan(3_600 * S);
  });

  test("has marks that do not overlap", () => {
    const busy = Array.from({ length: 5 }, (_, day) => ({
      from: day * 86_400 * S,
      to: day * 86_400 * S + 20 * S,
    }));
    const { marks } = timeScale(busy, 0, 5 * 86_400 * S);
    expect(marks.length).toBeGreaterThan(2);
    for (let index = 1; index < marks.length; index++)
      expect(marks[index]!.at - marks[index - 1]!.at).toBeGreaterThanOrEqual(9);
  });

  test("finds the critical path", () => {
    const rows = [
      { id: "a", from: 0, to: 10 },
      { id: "short", from: 10, to: 12 },
      { id: "long", from: 10, to: 30 },
      { id: "last", from: 31, to: 40 },
    ];
    expect(criticalPath(rows).map(({ id }) => id)).toEqual(["a", "long", "last"]);
  });

  test("shows many calls of a step as one row with their outcomes", () => {
    const calls = Array.from({ length: 8 }, (_, index) =>
      bar(`scenes[${index}]/draw`, index, index + 2, { outcome: index === 3 ? "failed" : "done" }),
    );
    const groups = waterfall(
      [bar("write", -2, 0, { outcome: "done" }), ...calls, bar("end", 20)],
      zero + 30 * S,
    );
    expect(groups.map(({ node, rows }) => [node, rows.length])).toEqual([
      ["write", 1],
      ["scenes/draw", 8],
      ["end", 1],
    ]);
    const { bars } = groups[1]!;
    expect(bars.map(({ outcome }) => outcome)).toContain("failed");
    expect(bars.length).toBeLessThan(4);
    expect(groups[2]!.bars[0]).toMatchObject({ open: true, to: zero + 30 * S });
    expect(groups.every(({ critical }) => critical)).toBe(true);
  });

  test("names a row by its step", () => {
    expect(nameOf("cut[1]/scenes[2]/draw")).toEqual({ name: "draw", place: "cut[1] › scenes[2]" });
    expect(nameOf("publish")).toEqual({ name: "publish", place: "" });
  });
});

describe("a handler that was edited after its run failed", () => {
  const failed = { status: "failed", failedStep: "draw", endedAt: "2026-03-01T12:00:00.000Z" } as const;
  const handlers = { "workflows/film/draw.lambda.ts": "2026-03-01T12:00:05.000Z", "a/redraw.lambda.ts": "9" };

  test("is offered for a retry", () => {
    expect(editedHandler(failed, handlers)).toEqual({
      file: "workflows/film/draw.lambda.ts",
      at: "2026-03-01T12:00:05.000Z",
    });
  });

  test("is not, if it was edited before, belongs to another step, or the run has not failed", () => {
    expect(editedHandler({ ...failed, endedAt: "2026-03-01T12:00:06.000Z" }, handlers)).toBeUndefined();
    expect(editedHandler({ ...failed, failedStep: "raw" }, handlers)).toBeUndefined();
    expect(editedHandler({ ...failed, status: "succeeded" }, handlers)).toBeUndefined();
    expect(editedHandler(failed, undefined)).toBeUndefined();
  });
});

describe("a comparison", () => {
  const detail = (more: object) =>
    ({
      run: "r1",
      workflow: "film",
      status: "succeeded",
      version: "v1",
      key: "tides",
      epoch: 1,
      acceptedAt: "2026-03-01T12:00:00.000Z",
      endedAt: "2026-03-01T12:00:10.000Z",
      asOf: "now",
      event: { name: "film.wanted", source: "shop" },
      input: { scenes: 3 },
      steps: [],
      nodes: {},
      graph: { nodes: [{ id: "draw", kind: "step", label: "draw" }], edges: [] },
      ...more,
    }) as unknown as RunDetail;
  const node = (durationMs: number, attempts = 1, state = "done") => ({
    draw: { state, count: 1, done: 1, failed: 0, attempts, durationMs },
  });

  test("of a run with itself has no differences", () => {
    const run = detail({ nodes: node(100), steps: [step("draw", "done", { result: { ok: true } })] });
    const { facts, nodes, values } = compareRuns(run, run);
    expect(facts.filter(({ a, b }) => a !== b)).toEqual([]);
    expect(nodes.map(({ differs }) => differs)).toEqual([false]);
    expect(values).toEqual([]);
  });

  test("names the differences: status, nodes with their times and attempts, input and results", () => {
    const a = detail({ nodes: node(100), steps: [step("draw", "done", { result: { ok: true } })] });
    const b = detail({
      status: "failed",
      nodes: node(100, 3, "failed"),
      input: { scenes: 4 },
      steps: [step("draw", "failed", { attempt: 3 })],
    });
    const { facts, nodes, values } = compareRuns(a, b);
    expect(facts.filter((fact) => fact.a !== fact.b).map(({ name }) => name)).toEqual([
      "Status",
      "Steps done",
      "Attempts",
    ]);
    expect(nodes).toMatchObject([{ id: "draw", differs: true }]);
    expect(describeNode(nodes[0]!.b)).toBe("100 ms, 3 attempts");
    expect(values.map(({ name }) => name)).toEqual(["Input", "Result of draw"]);
  });

  test("treats similar times as equal, and a node that one version lacks as a difference", () => {
    const differs = (a: object, b: object) =>
      compareRuns(detail({ nodes: a }), detail({ nodes: b })).nodes[0]!.differs;
    expect(differs(node(100), node(120))).toBe(false);
    expect(differs(node(100), node(200))).toBe(true);
    expect(differs(node(100), {})).toBe(true);
    expect(describeNode(undefined)).toBe("not in this version");
  });
});

describe("lines that handlers wrote, in the log of a run", () => {
  const line = (second: number, more: object = {}): WrittenLineView => ({
    id: `l${second}`,
    at: `2026-03-01T12:00:0${second}.000Z`,
    level: "INFO",
    message: "said",
    ...more,
  });

  test("has the handlers' lines between the events, in the order of time", () => {
    const entry = { id: "e1", at: "2026-03-01T12:00:02.000Z", name: "step.started" } as LogEntry;
    expect(mergeLog([entry], [line(1), line(3), line(2)]).map(({ id }) => id)).toEqual([
      "l1",
      "e1",
      "l2",
      "l3",
    ]);
  });

  test("is filtered by node, text and level", () => {
    const lines = [
      line(1, { path: "scenes[1]/draw", message: "blue sky" }),
      line(2, { path: "publish", level: "ERROR", message: "no network" }),
      line(3, { step: "draw", fields: { colour: "blue" } }),
    ];
    const ids = (filter: Partial<Parameters<typeof filterLines>[1]>) =>
      filterLines(lines, { errors: false, ...filter }).map(({ id }) => id);
    expect(ids({ node: "scenes" })).toEqual(["l1"]);
    expect(ids({ text: "BLUE" })).toEqual(["l1", "l3"]);
    expect(ids({ errors: true })).toEqual(["l2"]);
    expect(ids({ node: "draw" })).toEqual(["l3"]);
  });
});

test("a saved view replaces the one of its name", () => {
  const views = withView([{ name: "mine", query: "a=1" }], { name: "other", query: "b=2" });
  expect(withView(views, { name: "mine", query: "c=3" })).toEqual([
    { name: "other", query: "b=2" },
    { name: "mine", query: "c=3" },
  ]);
});
