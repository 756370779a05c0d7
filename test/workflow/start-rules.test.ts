import { expect, test } from "vitest";
import * as z from "zod";
import { defineEvent, defineStep, defineWorkflow, describePlan, type PerKey, plan } from "../../lib/index.ts";
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
