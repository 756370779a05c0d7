import { expect, test } from "vitest";
import * as z from "zod";
import { defineEvent, definePool, defineStep, defineWorkflow, plan } from "../../lib/index.ts";
import { drawGraph } from "../../lib/workflow/draw-graph.ts";
import { OrderPlaced, print, textStep, workflowOf } from "./sample.ts";

const [first, second, third, fourth] = ["first", "second", "third", "fourth"].map(textStep);
const Paid = defineEvent("bill.paid", {
  version: 1,
  schema: z.object({ id: z.string() }),
  key: ({ id }) => id,
});
const release = defineStep("release", {
  input: z.object({ output: z.object({ text: z.string() }) }),
  output: z.object({}),
  timeout: "1 minute",
});
const other = defineWorkflow("other", { on: Paid, run: (w) => w.step(first!, {}) });

const drawn = (run: Parameters<typeof workflowOf>[0]) => drawGraph(plan(workflowOf(run)));
const arrows = ({ edges }: ReturnType<typeof drawn>) => edges.map(({ from, to }) => `${from} → ${to}`).sort();
const node = (graph: ReturnType<typeof drawn>, id: string) => graph.nodes.find((one) => one.id === id);

test("an arrow represents each order that no other arrows imply", () => {
  const graph = drawn((w) => {
    const a = w.step(first!, {});
    const b = w.step(second!, { text: a.text });
    const c = w.step(third!, { text: a.text });
    w.step(fourth!, { texts: [a.text, b.text, c.text] });
  });
  expect(graph).toMatchObject({ workflow: "sample", on: ["order.placed"], deadline: "1 hour" });
  expect(arrows(graph)).toEqual(["first → second", "first → third", "second → fourth", "third → fourth"]);
});

test("nodes within a loop have its path, like their claims, and name their block", () => {
  const graph = drawn((w, order) => {
    w.each(
      order.shelves,
      (shelf) => {
        const a = w.step(first!, { text: shelf.name });
        w.each(
          shelf.boxes,
          (box) => {
            const b = w.step(second!, { texts: [box, a.text] });
            w.step(third!, { text: b.text });
          },
          { as: "boxes" },
        );
      },
      { as: "shelves" },
    );
  });
  expect(graph.nodes.map(({ id }) => id).sort()).toEqual([
    "shelves",
    "shelves/boxes",
    "shelves/boxes/second",
    "shelves/boxes/third",
    "shelves/first",
  ]);
  expect(node(graph, "shelves/boxes/third")).toEqual({
    id: "shelves/boxes/third",
    kind: "step",
    label: "third",
    step: "third",
    within: { node: "shelves/boxes", block: "body" },
  });
  expect(arrows(graph)).toEqual([
    "shelves/boxes/second → shelves/boxes/third",
    "shelves/first → shelves/boxes",
  ]);
});

test("an each that runs one step is one node, like its claims", () => {
  const graph = drawn((w, order) => w.each(order.lines, print));
  expect(graph.nodes).toEqual([{ id: "print", kind: "each", label: "print", step: "print" }]);
});

test("branches, fallbacks and approvals have the path of their claims: only loops are in a path", () => {
  const graph = drawn((w, order) => {
    const a = w.step(first!, {}, { undo: release, fallback: () => w.step(second!, {}) });
    const review = w.approval("editor", { show: { a } });
    const why = w.escalate("chief", { show: { a }, why: "low" });
    w.when(review.approved, () => w.step(third!, { any: why }));
    w.waitFor(Paid, { key: order.id });
    w.child(other, { id: order.id });
    w.sleep("1 day", { as: "rest" });
  });
  expect(node(graph, "first")).toEqual({
    id: "first",
    kind: "step",
    label: "first",
    step: "first",
    undo: "release",
  });
  expect(node(graph, "second")?.within).toEqual({ node: "first", block: "fallback" });
  expect(node(graph, "editor")).toEqual({ id: "editor", kind: "approval", label: "editor" });
  expect(node(graph, "chief")?.kind).toBe("escalate");
  expect(node(graph, "third")?.within).toEqual({ node: "when editor.approved", block: "then" });
  expect(node(graph, "bill-paid")).toMatchObject({ kind: "wait", label: "bill.paid" });
  expect(node(graph, "other")).toMatchObject({ kind: "child", label: "other" });
  expect(node(graph, "rest")?.kind).toBe("sleep");
});

test("node ids are unique, and arrows connect nodes", () => {
  const graph = drawn((w, order) => {
    const a = w.each(order.lines, (line) => w.step(first!, { text: line }), { as: "lines" });
    w.each(order.lines, (line) => w.step(first!, { text: line }, { as: "again" }), {
      as: "more",
      after: [a],
    });
  });
  const ids = graph.nodes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { from, to } of graph.edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
  expect(OrderPlaced.name).toBe(graph.on[0]);
});

test("nodes in pools say with which others they share a message, or why not", () => {
  const light = definePool("light", { batch: 10 });
  const pooled = (name: string, options: object = {}) => ({ ...textStep(name), pool: light, ...options });
  const graph = drawn((w, order) => {
    const a = w.step(pooled("a"), {});
    const b = w.step(pooled("b"), { text: a.text });
    const c = w.step(pooled("c"), { text: b.text }, { apart: true });
    const d = w.step(pooled("d"), { text: c.text });
    const e = w.step(pooled("e"), { text: d.text });
    w.each(order.lines, (line) => w.step(pooled("f"), { text: line }), { as: "lines", after: [e] });
    w.each(order.lines, (line) => w.step(pooled("g"), { text: line }), {
      as: "others",
      tolerate: 1,
      after: [e],
    });
    w.step(first!, {}, { after: [e] });
  });
  expect(Object.fromEntries(graph.nodes.map(({ id, message }) => [id, message]))).toEqual({
    a: { shared: true, text: "One message with b" },
    b: { shared: true, text: "One message with a" },
    c: { shared: false, text: "A message of its own: c has apart: true" },
    d: { shared: true, text: "One message with e. Not with the steps before: c has apart: true" },
    e: { shared: true, text: "One message with d" },
    lines: { shared: true, text: "One message for all items" },
    "lines/f": undefined,
    others: { shared: false, text: "A message for each item: items may fail" },
    "others/g": undefined,
    first: undefined,
  });
});
