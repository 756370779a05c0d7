import { expect, test } from "vitest";
import * as z from "zod";
import { compile, defineEvent, defineWorkflow, stepsOf } from "../../lib/index.ts";
import { diagnose } from "./diagnose.ts";
import { type Reply, runWorkflow } from "./engine.ts";
import { bindings, OrderPlaced, print, textStep, workflowOf } from "./sample.ts";

const order = { id: "o1", amount: 7, lines: ["pen", "ink"], shelves: [], tags: {}, coupon: null };

const PartsNeeded = defineEvent("parts.needed", {
  version: 2,
  schema: z.object({ order: z.string(), kind: z.string().default("any") }),
});
const PartsLost = defineEvent("parts.lost", { version: 1, schema: z.object({ why: z.string() }) });
const draft = textStep("draft");
const gather = textStep("gather");

const fetchParts = defineWorkflow("fetch-parts", {
  on: [PartsNeeded, PartsLost],
  run: (w) => {
    const gathered = w.step(gather, {});
    return { first: gathered.text, parts: [gathered.text, "b"], all: [gathered] };
  },
});

const buy = defineWorkflow("buy", {
  on: OrderPlaced,
  run: (w, order) => {
    const fetched = w.child(fetchParts, { order: order.id });
    const printed = w.each(fetched.parts, print);
    return { first: fetched.first, printed };
  },
});

test("another workflow is called with an event's payload, and answers its output", async () => {
  const ran = await runWorkflow(buy, order, ({ kind, input }) =>
    kind === "child" ? { result: { first: "x", parts: ["x", "b"] }, after: 60 } : { result: `<${input}>` },
  );
  expect(ran).toMatchObject({ output: { first: "x", printed: ["<x>", "<b>"] }, seconds: 60 });
  expect(ran.messages[0]).toEqual({
    taskToken: expect.any(String),
    run: { id: "run-1" },
    kind: "child",
    workflow: "fetch-parts",
    event: "parts.needed",
    version: 2,
    payload: { order: "o1" },
    reads: ["parts[]"],
    path: "fetch-parts",
    entered: "2026-01-01T00:00:00.000Z",
    attempt: 1,
  });
  expect(stepsOf(buy)).toEqual([print]);
  expect(diagnose(compile(buy, bindings))).toEqual([]);
});

const lost = (): Reply => ({
  error: "Millrace.ChildFailed",
  cause: { name: "Millrace.ChildFailed", message: "Run fetch-parts-1 failed." },
});

test("where the other run fails, this one does", async () => {
  expect(await runWorkflow(buy, order, lost)).toMatchObject({
    status: "FAILED",
    error: "Millrace.ChildFailed",
  });
});

test("or it takes its fallback", async () => {
  const workflow = workflowOf(
    (w, order) =>
      w.child(
        fetchParts,
        { why: order.id },
        { event: PartsLost, as: "parts", fallback: ({ message }) => ({ first: message }) },
      ).first,
  );
  const ran = await runWorkflow(workflow, order, lost);
  expect(ran.output).toBe("Run fetch-parts-1 failed.");
  expect(ran.messages).toMatchObject([{ event: "parts.lost", payload: { why: "o1" }, path: "parts" }]);
});

test("a call that is not awaited has no token, and the run continues", async () => {
  const workflow = workflowOf((w, order) =>
    w.each(
      order.lines,
      (line) => {
        const called = w.child(fetchParts, { order: line }, { awaited: false });
        return w.step(draft, { text: line }, { after: [called] }).text;
      },
      { as: "lines" },
    ),
  );
  const ran = await runWorkflow(workflow, order, ({ input }) => ({ result: { text: input?.text } }));
  expect(ran).toMatchObject({ status: "SUCCEEDED", output: ["pen", "ink"] });
  const calls = ran.messages.filter(({ kind }) => kind === "child");
  expect(calls.map(({ path }) => path).toSorted()).toEqual(["lines[0]/fetch-parts", "lines[1]/fetch-parts"]);
  expect(calls[0]).not.toHaveProperty("taskToken");
});

test("a workflow may call itself, and its own output is not known then", async () => {
  const again: any = defineWorkflow("again", {
    on: PartsLost,
    run: (w, lost) => ({ why: w.child(again, { why: lost.why }) as any, anything: 1 }),
  });
  const ran = await runWorkflow(again, { why: "w" }, () => ({ result: { why: "deep" } }));
  expect(ran.output).toEqual({ why: { why: "deep" }, anything: 1 });
});

test.each<[string, (w: any) => unknown, RegExp]>([
  [
    "an event that the other does not start on",
    (w) => w.child(fetchParts, {}, { event: OrderPlaced }),
    /^Workflow "fetch-parts" does not start on order\.placed, which w\.child sends\. It starts on parts\.needed, parts\.lost\.$/,
  ],
  [
    "a fallback of what is not awaited",
    (w) => w.child(fetchParts, { order: "x" }, { awaited: false, fallback: () => 1 }),
    /^Child "fetch-parts" is not awaited, so its fallback would never be used/,
  ],
  [
    "a field that the other's output does not have",
    (w) => w.step(draft, { text: w.child(fetchParts, { order: "x" }).second }),
    /^fetch-parts has no field "second"\. It has first, parts, all\.$/,
  ],
])("%s is refused", (_what, run, message) => {
  expect(() => compile(workflowOf(run), bindings)).toThrow(message);
});
