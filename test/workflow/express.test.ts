import { expect, test } from "vitest";
import * as z from "zod";
import {
  defineEvent,
  definePool,
  defineStep,
  defineWorkflow,
  text,
  type WorkflowBuilder,
} from "../../lib/index.ts";
import { SYMBOLIC } from "../../lib/workflow/bindings.ts";
import { compile } from "../../lib/workflow/compile.ts";
import { expressOf } from "../../lib/workflow/express.ts";
import { definitionVersion } from "../../lib/workflow/version.ts";

const Order = z.object({
  id: z.string(),
  lines: z.array(z.object({ sku: z.string() })),
  note: z.string().optional(),
});
const Placed = defineEvent("order.placed", { version: 1, schema: Order, key: (order) => order.id });
const Withdrawn = defineEvent("order.withdrawn", { version: 1, schema: Order, key: (order) => order.id });

const pool = definePool("desk", {});
const io = {
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string() }),
  timeout: "10 seconds",
} as const;
const a = defineStep("a", { ...io, pool });
const b = defineStep("b", { ...io, pool });
const c = defineStep("c", { ...io, pool });
const few = defineStep("few", { ...io, pool: definePool("two", { concurrency: 3 }) });
const alone = defineStep("alone", io);
const asking = defineStep("asking", { ...io, pool, onLeaseExpiry: "ask" });

const workflow = (run: (w: WorkflowBuilder, order: any) => unknown, more: object = {}) =>
  defineWorkflow("w", { on: Placed, express: true, run, ...more } as any);

test("the plan of an express workflow is its group with the values that it takes from the event, and its output", () => {
  const plan = expressOf(
    workflow((w, order) => {
      const first = w.step(a, { id: order.id }, { undo: undefined });
      const second = w.step(b, { id: first.id });
      return { second, text: "{% x %}", list: [order.lines, first.id] };
    }),
  );
  expect(plan).toEqual({
    step: "a",
    path: "a",
    values: { v0: ["id"], v1: ["lines"] },
    deadline: 30 * 86_400,
    steps: [
      {
        step: "a",
        path: "a",
        input: {},
        fills: [{ at: ["id"], from: { value: "v0" }, select: [] }],
        reads: [],
      },
      {
        step: "b",
        path: "b",
        input: {},
        fills: [{ at: ["id"], from: { result: 0 }, select: ["id"] }],
        reads: [],
      },
    ],
    output: {
      input: { text: "{% x %}", list: [null, null] },
      fills: [
        { at: ["second"], from: { result: 1 }, select: [] },
        { at: ["list", 0], from: { value: "v1" }, select: [] },
        { at: ["list", 1], from: { result: 0 }, select: ["id"] },
      ],
    },
  });
});

test("steps at the same time belong to the group, each with those that come before it", () => {
  const plan = expressOf(
    workflow((w, order) => {
      const first = w.step(a, { id: order.id });
      const second = w.step(b, { id: first.id });
      const third = w.step(c, { id: first.id });
      return { second, third };
    }),
  )!;
  expect(plan.steps.map(({ path, after }) => [path, after])).toEqual([
    ["a", []],
    ["b", [0]],
    ["c", [0]],
  ]);
  expect(plan.output.fills.map(({ from }) => from)).toEqual([{ result: 1 }, { result: 2 }]);
});

test("one step of a pool is enough", () => {
  expect(expressOf(workflow((w, order) => w.step(a, { id: order.id })))).toMatchObject({
    step: "a",
    steps: [{ step: "a" }],
  });
});

test("a workflow without the option has no plan", () => {
  const run = (w: WorkflowBuilder, order: any) => w.step(a, { id: order.id });
  expect(expressOf(workflow(run, { express: false }))).toBeUndefined();
});

test("express changes the version of a definition, and not its state machine", () => {
  const run = (w: WorkflowBuilder, order: any) => w.step(b, { id: w.step(a, { id: order.id }).id });
  const [express, standard] = [workflow(run), workflow(run, { express: false })];
  expect(definitionVersion(express)).not.toBe(definitionVersion(standard));
  expect(compile(express, SYMBOLIC)).toEqual(compile(standard, SYMBOLIC));
});

const refused: [string, (w: WorkflowBuilder, order: any) => unknown, string, object?][] = [
  [
    "a step with a function of its own",
    (w, order) => w.step(alone, { id: w.step(a, { id: order.id }).id }),
    "alone is not in the group of a: alone has a function of its own",
  ],
  [
    "a pool with too little concurrency for two queues",
    (w, order) => w.step(few, { id: order.id }),
    'the pool "two" has concurrency: 3, and its function reads two queues, which need 4',
  ],
  ["one such step", (w, order) => w.step(alone, { id: order.id }), "alone has a function of its own"],
  [
    "a step that asks about an expired lease",
    (w, order) => w.step(asking, { id: w.step(a, { id: order.id }).id }),
    "asking is not in the group of a: an attempt of asking must not be repeated without asking",
  ],
  [
    "a step that is kept apart",
    (w, order) => w.step(b, { id: w.step(a, { id: order.id }).id }, { apart: true }),
    "b is not in the group of a: b has apart: true",
  ],
  [
    "a fallback",
    (w, order) => w.step(a, { id: order.id }, { fallback: () => w.step(b, { id: order.id }) }),
    "a has a fallback",
  ],
  [
    "steps side by side",
    (w, order) => {
      w.step(a, { id: order.id });
      w.step(b, { id: order.id }, { apart: true });
    },
    "b is not in the group of a: b has apart: true",
  ],
  [
    "a parallel part after a group",
    (w, order) => {
      const first = w.step(a, { id: order.id });
      w.step(b, { id: first.id });
      w.step(c, { id: first.id }, { apart: true });
    },
    "c is not in the group of b: c has apart: true",
  ],
  [
    "a wait",
    (w, order) => {
      const first = w.step(a, { id: order.id });
      w.waitFor(Withdrawn, { key: first.id, within: "1 hour", otherwise: "continue" });
    },
    '"order-withdrawn" is no step (wait)',
  ],
  [
    "an approval",
    (w, order) => {
      const first = w.step(a, { id: order.id });
      w.approval("editor", { show: { first }, within: "1 day", otherwise: "reject" });
    },
    '"editor" is no step (approval)',
  ],
  ["a list", (w, order) => w.each(order.lines, a as any, { maxItems: 3 } as any), "is no step (each)"],
  [
    "a computed input",
    (w, order) => w.step(a, { id: text`${order.id}!` }),
    "the state machine computes the input of a",
  ],
  [
    "a computed output",
    (w, order) => ({ id: text`${w.step(a, { id: order.id }).id}!` }),
    "the state machine computes its output",
  ],
  [
    "an event that cancels",
    (w, order) => w.step(a, { id: order.id }),
    "its state machine listens to order.withdrawn, by which it is cancelled",
    { cancelOn: [{ event: Withdrawn, key: (order: any) => order.id }] },
  ],
];

test.each(refused)("%s is refused in one line that says which step and why", (_, run, why, more) => {
  const refuse = () => expressOf(workflow(run, more));
  expect(refuse).toThrow(why);
  expect(refuse).toThrow(
    /^Workflow "w" has express: true, and .*\. An express workflow is one group .* remove express\.$/,
  );
});
