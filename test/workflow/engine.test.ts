import { expect, test } from "vitest";
import * as z from "zod";
import { defineStep, gte, plan } from "../../lib/index.ts";
import { mostEvents } from "../../lib/workflow/limits.ts";
import { type Reply, runWorkflow } from "./engine.ts";
import { order, type Run } from "./execute.ts";
import { print, textStep, workflowOf } from "./sample.ts";

const draft = textStep("draft");
const finish = textStep("finish");
const Notes = z.object({ text: z.string(), rounds: z.number() });

const give: (message: any) => Reply = ({ path, input }) => ({
  result: typeof input === "string" ? input.toUpperCase() : { text: path },
});

/** Fails for one input. */
const without =
  (broken: string) =>
  (message: any): Reply =>
    message.input === broken ? { error: "Millrace.GiveUp", cause: { message: "no ink" } } : give(message);

const crossing: Run = (w) => {
  const a = w.step(draft, {}, { as: "a" });
  const b = w.step(draft, {}, { as: "b" });
  const c = w.step(finish, { any: [a.text, b.text] }, { as: "c" });
  const d = w.step(finish, { text: b.text }, { as: "d" });
  return [c.text, d.text];
};

const looping: Run = (w, event) =>
  w.repeat(
    {
      as: "loop",
      state: Notes,
      initial: { text: event.id, rounds: 0 },
      until: (notes) => gte(notes.rounds, 3),
      most: 3,
    },
    (notes, round) => {
      const lines = w.each(event.lines, (line) => w.step(print, line), { as: "lines" });
      return { text: w.step(draft, { text: notes.text, any: lines }).text, rounds: round };
    },
  );

const exhausted: Run = (w, event) =>
  w.repeat(
    { as: "loop", state: z.string(), initial: event.id, until: (word) => gte(word, "z"), most: 2 },
    (word) => w.step(print, word),
  );

const tolerant: Run = (w, event) => ({
  shelves: w.each(event.shelves, (shelf) => w.each(shelf.boxes, print, { as: "boxes" }), {
    as: "shelves",
    tolerate: "50%",
  }),
});

const guarded: Run = (w, event) => ({ lines: w.each(event.lines, print, { most: 1 }) });

test.each<[string, Run, (message: any) => Reply, object]>([
  ["signals cross", crossing, give, { status: "SUCCEEDED", output: ["c", "d"] }],
  [
    "a loop goes round",
    looping,
    give,
    {
      status: "SUCCEEDED",
      output: { state: { text: "loop[3]/draft", rounds: 3 }, rounds: 3, reached: true },
    },
  ],
  [
    "a loop comes to its bound",
    exhausted,
    give,
    {
      status: "FAILED",
      error: "Millrace.RoundsExhausted",
      cause: expect.stringContaining("all of its 2 rounds"),
    },
  ],
  ["an item may fail", tolerant, without("2"), { status: "SUCCEEDED", output: { shelves: [null, ["3"]] } }],
  [
    "more items fail than may",
    (w, event) => w.each(event.lines, (line) => w.step(print, line), { as: "lines", tolerate: "40%" }),
    without("pen"),
    {
      status: "FAILED",
      error: "Millrace.TooManyFailed",
      cause: 'Of the items of "lines", 1 of 2 failed, where 40% may; the first by Millrace.GiveUp',
    },
  ],
  [
    "a list is too long",
    guarded,
    give,
    {
      status: "FAILED",
      error: "Millrace.TooManyItems",
      cause: expect.stringContaining("has 2 items, where 1 may be"),
    },
  ],
])("on the engine: %s", async (_what, run, answer, expected) => {
  const workflow = workflowOf(run);
  const ended = await runWorkflow(workflow, order, answer);
  expect(ended).toMatchObject(expected);
  expect(ended.events).toBeLessThanOrEqual(mostEvents(plan(workflow)));
});

test.each<[string, Run, object]>([
  ["waits and signals", crossing, order],
  ["rounds", looping, { ...order, lines: ["a", "b", "c", "d", "e"] }],
])(
  "the events of a history are counted exactly where all that may happen does: %s",
  async (_what, run, event) => {
    const workflow = workflowOf(run);
    expect((await runWorkflow(workflow, event, give)).events).toBe(mostEvents(plan(workflow)));
  },
);

test("the bound on a history counts each attempt of a step, as the engine does", async () => {
  const stubborn = defineStep("stubborn", {
    input: z.any(),
    output: z.object({ text: z.string() }),
    timeout: "10 seconds",
    retry: { attempts: 5, backoff: "1 second" },
  });
  const workflow = workflowOf((w) => w.step(stubborn, {}).text);
  const attempts = { left: 4 };
  const ended = await runWorkflow(workflow, order, (message) =>
    attempts.left-- > 0 ? { error: "Millrace.Retry", cause: { message: "busy" } } : give(message),
  );
  expect(ended.status).toBe("SUCCEEDED");
  expect(ended.messages).toHaveLength(5);
  expect(ended.events).toBe(mostEvents(plan(workflow)));
});
