import { expect, test } from "vitest";
import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow, type WorkflowBuilder } from "../../lib/index.ts";
import { mayLeaveWork } from "../../lib/workflow/leaves-work.ts";
import { plan } from "../../lib/workflow/plan.ts";

const Order = z.object({ id: z.string(), urgent: z.boolean(), lines: z.array(z.string()).max(20) });
const Placed = defineEvent("order.placed", { version: 1, schema: Order, key: (order) => order.id });
const Withdrawn = defineEvent("order.withdrawn", { version: 1, schema: Order, key: (order) => order.id });
const io = {
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string() }),
  timeout: "10 seconds",
} as const;
const [a, b, undo] = [defineStep("a", io), defineStep("b", io), defineStep("u", { ...io, input: z.any() })];
const asking = defineStep("asking", { ...io, onLeaseExpiry: "ask" });

const leaves = (run: (w: WorkflowBuilder, order: any) => unknown, more: object = {}) =>
  mayLeaveWork(plan(defineWorkflow("w", { on: Placed, run, ...more } as any)));

test.each<[string, (w: WorkflowBuilder, order: any) => unknown]>([
  ["steps in a row, with undos", (w, { id }) => w.step(b, { id: w.step(a, { id }, { undo }).id })],
  ["steps next to each other", (w, { id }) => [w.step(a, { id }), w.step(b, { id })]],
  ["a step that asks a person when in doubt", (w, { id }) => w.step(asking, { id })],
  ["a list", (w, { lines }) => w.each(lines, (id: any) => w.step(a, { id }), { as: "line" } as any)],
  ["a choice", (w, { urgent, id }) => w.when(urgent, () => w.step(a, { id }))],
  ["a pause", (w, { id }) => [w.step(a, { id }), w.sleep("1 hour")]],
])("%s: a success leaves nothing", (_, run) => {
  expect(leaves(run)).toBe(false);
});

test.each<[string, (w: WorkflowBuilder, order: any) => unknown]>([
  ["a step with another way", (w, { id }) => w.step(a, { id }, { fallback: () => w.step(b, { id }) } as any)],
  [
    "a list that tolerates failures",
    (w, { lines }) => w.each(lines, (id: any) => w.step(a, { id }), { as: "line", tolerate: 1 } as any),
  ],
  [
    "such a step in a list",
    (w, { lines }) =>
      w.each(lines, (id: any) => w.step(a, { id }, { fallback: () => w.step(b, { id }) } as any), {
        as: "line",
      } as any),
  ],
  [
    "a question",
    (w, { id }) => [
      w.step(a, { id }),
      w.approval("editor", { show: { id }, within: "1 day", otherwise: "reject" }),
    ],
  ],
])("%s: a success may leave work", (_, run) => {
  expect(leaves(run)).toBe(true);
});

test("a run that an event may cancel listens to the end", () => {
  expect(
    leaves((w, { id }) => w.step(a, { id }), {
      cancelOn: [{ event: Withdrawn, key: (order: any) => order.id }],
    }),
  ).toBe(true);
});
