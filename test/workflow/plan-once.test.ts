import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  awaitedEvents,
  compile,
  defineEvent,
  defineWorkflow,
  definitionVersion,
  orElse,
  stepsOf,
  usesWaitQueue,
} from "../../lib/index.ts";
import { plan } from "../../lib/workflow/plan.ts";
import { workersOf } from "../../lib/workflow/workers.ts";
import { bindings, print, workflowOf } from "./sample.ts";

const Asked = defineEvent("parts.asked", { version: 1, schema: z.object({ why: z.string() }) });

test("a definition with a side effect has it once, for any number of questions and calling workflows", () => {
  let runs = 0;
  const child = defineWorkflow("child", {
    on: Asked,
    run: (w, asked) => {
      runs++;
      return { text: w.step(print, asked.why) as any };
    },
  });
  const parent = workflowOf((w) => w.child(child, { why: "first" }));
  for (const workflow of [parent, child]) {
    plan(workflow);
    stepsOf(workflow);
    awaitedEvents(workflow);
    workersOf(workflow);
    usesWaitQueue(workflow);
    definitionVersion(workflow);
    compile(workflow, bindings);
  }
  expect(runs).toBe(1);
});

test("a definition that is refused is refused each time, by the same error", () => {
  const empty = workflowOf(() => undefined);
  for (const _ of [1, 2]) expect(() => plan(empty)).toThrow(/has no step/);
});

describe("workflows in a circle of calls", () => {
  /** Workflows by name, each with those that it calls, in this order; `runs` are the calls of their `run`. */
  function callers(calls: Record<string, string[]>) {
    const runs: string[] = [];
    const all: Record<string, any> = {};
    for (const [name, called] of Object.entries(calls)) {
      all[name] = defineWorkflow(name, {
        on: Asked,
        run: (w, asked) => {
          runs.push(name);
          const outputs = called.map((one) => w.child(all[one], { why: asked.why }) as any);
          return { why: w.step(print, orElse(outputs[0]?.why ?? asked.why, "none")) as any };
        },
      });
    }
    return { all, runs };
  }
  const circles = {
    "two that call each other": { ping: ["pong"], pong: ["ping"] },
    "one that calls itself": { self: ["self"] },
    "three in a row": { a: ["b"], b: ["c"], c: ["a"] },
    "two circles with one in common": { a: ["b", "c"], b: ["a"], c: ["b"] },
    "a circle that calls others, and is called": { top: ["a", "leaf"], a: ["leaf", "b"], b: ["a"], leaf: [] },
  };

  test.each(Object.entries(circles))("%s: each `run` is called once", (_, calls) => {
    const { all, runs } = callers(calls);
    for (const workflow of Object.values(all)) definitionVersion(workflow);
    expect(runs.toSorted()).toEqual(Object.keys(calls).toSorted());
  });

  test.each(Object.entries(circles))("%s: the plans are the same, whichever is first", (_, calls) => {
    const names = Object.keys(calls);
    const versionsFrom = (first: string) => {
      const { all } = callers(calls);
      definitionVersion(all[first]);
      return names.map((name) => definitionVersion(all[name]));
    };
    const [expected, ...others] = names.map(versionsFrom);
    for (const other of others) expect(other).toEqual(expected);
  });

  test("a caller from outside knows the output of each, one inside does not", () => {
    const { all } = callers({ ping: ["pong"], pong: ["ping"] });
    const outside = workflowOf((w) => (w.child(all.ping, { why: "first" }) as any).answer);
    expect(() => plan(outside)).toThrow(/ping has no field "answer"/);
    expect(() => plan(all.ping)).not.toThrow();
  });

  test("one that is refused leaves the others to be planned", () => {
    const { all } = callers({ ping: ["pong"], pong: ["ping"] });
    const broken = defineWorkflow("broken", {
      on: Asked,
      run: (w, asked) => {
        w.child(all.ping, { why: asked.why });
        throw new Error("no catalogue");
      },
    });
    expect(() => plan(broken)).toThrow("no catalogue");
    expect(stepsOf(all.pong)).toEqual([print]);
  });
});
