import { expect, test } from "vitest";
import * as z from "zod";
import { defineEvent, definePool, defineStep, defineWorkflow, gt, gte } from "../../lib/index.ts";
import type { Run } from "./execute.ts";
import { queuesOf } from "./queues.ts";
import { OrderPlaced, pooledTextStep, print, textStep, workflowOf } from "./sample.ts";

const draft = textStep("draft");
const [early, late] = ["early", "late"].map((name) => pooledTextStep(name, definePool("light", {})));
const Paid = defineEvent("bill.paid", {
  version: 1,
  schema: z.object({ id: z.string() }),
  key: ({ id }) => id,
});
const list = defineStep("list", { input: z.object({}), output: z.array(z.string()), timeout: "1 minute" });
const other = defineWorkflow("other", { on: Paid, run: (w) => w.sleep("1 minute") });

/** d needs b alone, c needs both: one branch waits for the other. */
const crossing: Run = (w) => {
  const a = w.step(draft, {}, { as: "a" });
  const b = w.step(draft, {}, { as: "b" });
  w.step(draft, { any: [a, b] }, { as: "c" });
  w.step(draft, { any: b }, { as: "d" });
};
const QUEUES: [string, "approval" | "wait" | "approval and wait" | "none", Run][] = [
  ["a sleep", "none", (w) => w.sleep("1 minute")],
  ["a race of sleeps", "wait", (w) => sleeps(w)],
  ["a step", "approval", (w) => w.step(draft, {})],
  ["steps in one message", "approval", (w) => w.step(late!, w.step(early!, {}))],
  ["an approval", "approval", (w) => w.approval("editor", { show: {} })],
  ["a wait", "wait", (w, { id }) => w.waitFor(Paid, { key: id })],
  ["a call of another workflow", "wait", (w, { id }) => w.child(other, { id })],
  ["a list of steps", "approval", (w, { lines }) => w.each(lines, print)],
  [
    "a list in one message",
    "approval",
    (w, { lines }) => w.each(lines, (text) => w.step(early!, { text }), { as: "lines" }),
  ],
  ["a list of sleeps", "none", (w, { lines }) => w.each(lines, () => w.sleep("1 minute"), { as: "naps" })],
  [
    "a long list of sleeps",
    "approval and wait",
    (w) => w.each(w.step(list, {}), () => w.sleep("1 minute"), { as: "naps", most: 5_000 }),
  ],
  ["branches that wait for each other", "approval and wait", crossing],
  ["the same in a branch", "approval and wait", (w, o) => w.when(gt(o.amount, 1), () => crossing(w, o))],
  [
    "a loop of sleeps",
    "none",
    (w) =>
      w.repeat(
        { as: "naps", state: z.number(), initial: 0, until: (state) => gte(state, 2), most: 2 },
        (_, round) => {
          w.sleep("1 minute");
          return round;
        },
      ),
  ],
  [
    "a wait in a fallback",
    "approval and wait",
    (w, { id }) => w.step(draft, {}, { fallback: () => ({ text: w.waitFor(Paid, { key: id }).id }) }),
  ],
];

const sleeps = (w: Parameters<Run>[0]) =>
  w.race({ one: () => w.sleep("1 minute"), two: () => w.sleep("2 minutes") }, { as: "first" });

test.each(QUEUES)("%s: %s", (_, queues, run) => {
  const { planned, sent } = queuesOf(workflowOf(run));
  expect(planned).toEqual({ approval: queues.includes("approval"), wait: queues.includes("wait") });
  expect(sent).toEqual(planned);
});

test("an event that cancels runs is registered by the queue of waits", () => {
  const { planned, sent } = queuesOf(
    defineWorkflow("cancellable", {
      on: OrderPlaced,
      cancelOn: [{ event: Paid, key: ({ id }) => id }],
      run: (w) => w.sleep("1 minute"),
    }),
  );
  expect(planned).toEqual({ approval: false, wait: true });
  expect(sent).toEqual(planned);
});
