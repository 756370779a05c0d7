import { expect, test } from "vitest";
import * as z from "zod";
import {
  type Batch,
  compile,
  type Duration,
  defineEvent,
  defineStep,
  defineWorkflow,
  describePlan,
  type PerKey,
  plan,
} from "../../lib/index.ts";
import { SYMBOLIC } from "../../lib/workflow/bindings.ts";
import { drawGraph } from "../../lib/workflow/draw-graph.ts";

const Asked = defineEvent("question.asked", {
  version: 1,
  schema: z.object({ id: z.string() }),
  key: ({ id }) => id,
});
const answer = defineStep("answer", {
  input: z.object({ id: z.string() }),
  output: z.object({}),
  timeout: "1 minute",
});
const workflow = (perKey?: PerKey, startWithin?: "1 hour") =>
  defineWorkflow("answering", { on: Asked, perKey, startWithin, run: (w, { id }) => w.step(answer, { id }) });

test.each<[PerKey, string]>([
  [{ atOnce: 1 }, "of each key, at most 1 at a time; others wait"],
  [{ atOnce: 2, busy: "skip" }, "of each key, at most 2 at a time; others are skipped"],
  [{ starts: 10, per: "1 minute" }, "of each key, at most 10 start in 1 minute; others wait"],
  [
    { starts: 10, per: "1 minute", atOnce: 2, priority: () => 1 },
    "of each key, at most 2 at a time and at most 10 start in 1 minute; others wait, by priority",
  ],
  [
    { debounce: "10 seconds", atMost: "1 minute" },
    "of each key, the last event of a burst starts a run after 10 seconds without one, at the latest 1 minute after its first",
  ],
])("the plan and the graph say when runs start: %o", (perKey, sentence) => {
  const planned = plan(workflow(perKey, "1 hour"));
  expect(describePlan(planned)).toContain(
    `\n  (${sentence})\n  (a run that has not started within 1 hour ends)\n`,
  );
  expect(drawGraph(planned).startRules).toEqual([sentence, "a run that has not started within 1 hour ends"]);
});

test("where each event starts a run at once, nothing is said", () => {
  expect(plan(workflow()).startRules).toEqual([]);
  expect(drawGraph(plan(workflow()))).not.toHaveProperty("startRules");
});

test.each<[unknown, string]>([
  [{}, 'has an empty "perKey". Set "atOnce", "starts" or "debounce".'],
  [{ atOnce: 0 }, 'has "atOnce" 0. It must be a whole number from 1 to 20.'],
  [{ starts: 0, per: "1 minute" }, 'has "starts" 0. It must be a whole number from 1 to 100'],
  [{ starts: 600, per: "1 minute" }, 'shorten "per": 600 a minute are 10 a second.'],
  [{ starts: 5 }, 'has 5 "starts" without a period. Add "per", as in per: "1 minute".'],
  [{ starts: 5, per: "2 days" }, 'has a "per" of 2 days. It must be between 1 second and 1 day.'],
  [{ starts: 5, per: "10 ms" }, 'has a "per" of 10 ms. It must be between 1 second and 1 day.'],
  [{ starts: 5, per: "1 minute", atOnce: 21 }, 'has "atOnce" 21.'],
  [
    { atOnce: 1, busy: "skip", priority: () => 1 },
    'has a "priority", but its runs do not wait, since "busy" is "skip". Remove one of the two.',
  ],
  [{ debounce: "1 minute", priority: () => 1 }, 'has a "priority", but with "debounce" no runs wait'],
  [{ debounce: "1 minute", atMost: "1 second" }, '"atMost" must be longer than "debounce".'],
])("refused where it is declared: %o", (perKey, message) => {
  expect(() => workflow(perKey as PerKey)).toThrow(`Workflow "answering" `);
  expect(() => workflow(perKey as PerKey)).toThrow(message);
});

const answerAll = defineStep("answer-all", {
  input: z.object({ key: z.string(), questions: z.array(z.object({ id: z.string() })) }),
  output: z.object({}),
  timeout: "1 minute",
});
const batched = (batch: Batch, perKey?: PerKey) =>
  defineWorkflow("answering", {
    on: Asked,
    batch,
    perKey,
    run: (w, { key, events }) => w.step(answerAll, { key, questions: events }),
  });

test.each<[Batch, string]>([
  [
    { size: 50, within: "30 seconds" },
    "of each key, up to 50 events start one run, at the latest 30 seconds after the first",
  ],
  [
    { size: 2, within: "1 hour", bytes: 1_000, by: () => "all" },
    "of each key, up to 2 events, with up to 1000 bytes of payload start one run, at the latest 1 hour after the first",
  ],
])("the plan and the graph say what a batch is: %o", (batch, sentence) => {
  const planned = plan(batched(batch, { atOnce: 1 }));
  expect(describePlan(planned)).toContain(
    `\n  (${sentence})\n  (of each key, at most 1 at a time; others wait)\n`,
  );
  expect(drawGraph(planned).startRules![0]).toBe(sentence);
});

test("the run of a batch reads its key and the payloads", () => {
  const machine = compile(batched({ size: 50, within: "30 seconds" }), SYMBOLIC);
  expect(JSON.stringify(machine)).toContain("$states.context.Execution.Input.event.events");
});

test("a batch can be iterated, and bounds the list", () => {
  const each = defineWorkflow("answering", {
    on: Asked,
    batch: { size: 20, within: "30 seconds", by: ({ id }) => id },
    run: (w, batch) => w.each(batch.events, answer),
  });
  expect(describePlan(plan(each))).toContain("each answer, up to 20 items");
});

test("a single event is not a batch: its fields are not those of one", () => {
  defineWorkflow("answering", {
    on: Asked,
    // @ts-expect-error A run of one event has no "events".
    run: (w, { events }) => w.each(events, answer),
  });
  defineWorkflow("answering", {
    on: Asked,
    batch: { size: 20, within: "30 seconds" },
    // @ts-expect-error The fields of an event are in "events".
    run: (w, { id }) => w.step(answer, { id }),
  });
});

test.each<[Partial<Batch>, PerKey | undefined, string]>([
  [{ size: 1 }, undefined, 'has a batch "size" of 1. It must be a whole number from 2 to 99.'],
  [{ size: 100 }, undefined, 'has a batch "size" of 100.'],
  [
    { bytes: 300_000 },
    undefined,
    'has a batch of up to 300000 "bytes". It must be a whole number from 1 to 200000.',
  ],
  [{ within: undefined as unknown as Duration }, undefined, 'has a "batch" without a time. Add "within"'],
  [{ within: "2 days" }, undefined, '"within" must be between 1 second and 1 day.'],
  [{}, { debounce: "1 minute" }, 'has both "batch" and "debounce"'],
  [{}, { atOnce: 1, busy: "skip" }, '"busy: skip" would drop all events of a batch'],
  [{}, { atOnce: 1, key: () => "all" }, 'set it by "by" in "batch"'],
  [{}, { atOnce: 1, priority: () => 1 }, 'has a "batch" and a "priority"'],
])("a batch is refused where it is declared: %o %o", (batch, perKey, message) => {
  const declare = () => batched({ size: 10, within: "1 minute", ...batch }, perKey);
  expect(declare).toThrow(`Workflow "answering" `);
  expect(declare).toThrow(message);
});
