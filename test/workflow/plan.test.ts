import { expect, test } from "vitest";
import * as z from "zod";
import {
  compile,
  defineEvent,
  defineStep,
  defineWorkflow,
  definitionVersion,
  describePlan,
  eventsOf,
  gt,
  plan,
  stepsOf,
} from "../../lib/index.ts";
import { bindings, check, Order, OrderPlaced, print, textStep, workflowOf } from "./sample.ts";
import { produceVideo, VideoPublished, VideoRequested } from "./video.ts";

const draft = textStep("draft");
const finish = textStep("finish");

test("the plan of the video workflow, as a reviewer reads it", () => {
  expect(describePlan(plan(produceVideo))).toBe(`produce-video: on video.requested v1, within 2 days
  write-script
  draw-storyboard
  each render-frame, up to 12 items, 8 at once
    render-frame
  render-film
  editor: approval within 1 day, otherwise escalate
  when editor.approved
    publish
`);
});

test("the plan shows what runs at once, both branches, and waits", () => {
  const workflow = workflowOf((w, order) => {
    const a = w.step(draft, {}, { as: "a" });
    const b = w.step(draft, {}, { as: "b" });
    w.step(finish, { any: [a, b] }, { as: "c" });
    const checked = w.step(check, { text: b.text });
    w.when(
      gt(checked.score, 3),
      () => w.step(print, "high"),
      () => w.each(order.lines, (line) => w.step(print, line, { as: "low" }), { as: "lines" }),
      { as: "loud" },
    );
    w.approval("editor", { show: {}, after: [checked] });
  });
  expect(describePlan(plan(workflow))).toBe(`sample: on order.placed v1, within 1 hour
  at once
    - at once
        - a (draft)
        - b (draft)
      c (finish)
    - wait for b
      check
      at once
        - editor: approval
        - loud: when check.score > 3
            print
          otherwise
            lines, up to 5 items
              low (print)
`);
});

test("swapping independent lines changes nothing", () => {
  const one = workflowOf((w, order) => {
    const b = w.step(draft, { text: order.id }, { as: "b" });
    const a = w.step(draft, { text: order.id }, { as: "a" });
    const lines = w.each(order.lines, print);
    return { x: w.step(finish, { any: { a, b } }), lines };
  });
  const other = workflowOf((w, order) => {
    const lines = w.each(order.lines, print);
    const a = w.step(draft, { text: order.id }, { as: "a" });
    const b = w.step(draft, { text: order.id }, { as: "b" });
    return { x: w.step(finish, { any: { a, b } }), lines };
  });
  expect(JSON.stringify(compile(one, bindings))).toBe(JSON.stringify(compile(other, bindings)));
  expect(definitionVersion(one)).toBe(definitionVersion(other));
});

test("inserting a step changes no other claim path", () => {
  const paths = (inserted: boolean) => {
    const machine = compile(
      workflowOf((w, order) => {
        if (inserted) w.step(print, "new", { as: "aaa" });
        w.step(draft, { text: order.id });
        w.each(order.lines, (line) => w.when(gt(order.amount, 1), () => w.step(print, line)), {
          as: "lines",
        });
      }),
      bindings,
    );
    return new Set(JSON.stringify(machine).match(/"path":"[^"]+"/g));
  };
  expect([...paths(true)].filter((path) => !path.includes("aaa")).toSorted()).toEqual(
    [...paths(false)].toSorted(),
  );
});

test.each([
  ["the input of a step", () => workflowOf((w) => w.step(draft, { text: "other" }))],
  ["the order", () => workflowOf((w) => w.step(draft, { text: "a" }, { after: [w.step(print, "x")] }))],
  [
    "the contract of a step",
    () =>
      workflowOf((w) =>
        w.step(
          { ...draft, output: z.object({ text: z.string(), more: z.string() }) } as never,
          { text: "a" } as never,
        ),
      ),
  ],
  [
    "the settings of a step",
    () => workflowOf((w) => w.step({ ...draft, onLeaseExpiry: "ask" }, { text: "a" })),
  ],
  [
    "the version of the event",
    () =>
      defineWorkflow("sample", {
        on: { ...OrderPlaced, version: 2 },
        deadline: "1 hour",
        run: (w) => w.step(draft, { text: "a" }),
      }),
  ],
  [
    "the deadline",
    () =>
      defineWorkflow("sample", {
        on: OrderPlaced,
        deadline: "2 hours",
        run: (w) => w.step(draft, { text: "a" }),
      }),
  ],
])("the version changes with %s", (_what, changed) => {
  const version = definitionVersion(workflowOf((w) => w.step(draft, { text: "a" })));
  expect(version).toMatch(/^[a-z2-7]{12}$/);
  expect(definitionVersion(changed())).not.toBe(version);
});

test("a workflow lists its steps and its events, each once", () => {
  expect(stepsOf(produceVideo).map(({ name }) => name)).toEqual([
    "draw-storyboard",
    "publish",
    "render-film",
    "render-frame",
    "write-script",
  ]);
  expect(eventsOf(produceVideo)).toEqual([VideoRequested, VideoPublished]);
});

test("a workflow may start on several events; a field that only one has is optional", () => {
  const Rush = defineEvent("order.rushed", {
    version: 3,
    schema: z.object({ id: z.string(), by: z.string() }),
    identity: "content",
  });
  const workflow = defineWorkflow("several", {
    on: [OrderPlaced, Rush],
    run: (w, event) => w.step(draft, { text: event.by, any: event.id }),
  });
  expect(describePlan(plan(workflow))).toContain("on order.placed v1 or order.rushed v3, within 30 days");
  expect(JSON.stringify(compile(workflow, bindings))).toContain(
    "'text': $states.context.Execution.Input.event.by",
  );
});

test("run is not called before the plan is asked for", () => {
  let calls = 0;
  const workflow = workflowOf((w) => {
    calls++;
    w.step(print, "x");
  });
  expect(calls).toBe(0);
  plan(workflow);
  expect(calls).toBe(1);
});

test("an option that is undefined has its default", () => {
  const run = () => undefined;
  const plain = defineWorkflow("plain", { on: OrderPlaced, run });
  const unset = { deadline: undefined, cancelOn: undefined, express: undefined, switches: undefined };
  const { place } = plain;
  expect({ ...defineWorkflow("plain", { on: OrderPlaced, run, ...unset }), place }).toEqual(plain);
  expect(plain).toMatchObject({ deadline: "30 days", cancelOn: [], express: false, switches: {} });
});

test("a workflow's name, events and deadline are checked", () => {
  const run = (w: any) => w.step(print, "x");
  expect(() => defineWorkflow("Produce", { on: OrderPlaced, run })).toThrow(
    /The workflow name "Produce" must have up to \d+ lower-case letters/,
  );
  expect(() => defineWorkflow("x".repeat(60), { on: OrderPlaced, run })).toThrow(/must have up to/);
  expect(() => defineWorkflow("none", { on: [], run })).toThrow(
    'Workflow "none" starts on no event. Add at least one to "on".',
  );
  expect(() => defineWorkflow("twice", { on: [OrderPlaced, OrderPlaced], run })).toThrow(
    'names the event "order.placed" twice',
  );
  expect(() => plan(defineWorkflow("long", { on: OrderPlaced, deadline: "60 weeks", run }))).toThrow(
    "the maximum is one year",
  );
  const twin = textStep("draft");
  expect(() => plan(workflowOf((w) => [w.step(draft, {}), w.step(twin, {}, { as: "other" })]))).toThrow(
    'two different steps named "draft"',
  );
  const reserved = { ...OrderPlaced, schema: Order.extend({ millrace: z.string() }) } as never;
  expect(() => plan(defineWorkflow("reserved", { on: reserved, run }))).toThrow(
    'The field "millrace" of event "order.placed" is reserved',
  );
});

test("a default that is another value each time is refused: each deployment would be a new version", () => {
  const versionOf = (id: z.ZodType) => {
    const step = defineStep("note", {
      input: z.object({ lines: z.array(z.object({ id })) }),
      output: z.null(),
      timeout: "1 second",
    });
    const run = defineWorkflow("notes", { on: Noted, run: (w) => w.step(step, { lines: [] }) });
    return definitionVersion(run);
  };
  const Noted = defineEvent("thing.noted", { version: 1, schema: z.object({}) });
  expect(versionOf(z.string().default("none"))).toHaveLength(12);
  expect(() => versionOf(z.string().default(() => crypto.randomUUID()))).toThrow(
    'The default of lines.items.id in step "note" is another value each time',
  );
});
