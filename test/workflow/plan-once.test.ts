import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { DEFAULTS } from "../../lib/cost/assumptions.ts";
import { runCost } from "../../lib/cost/run-cost.ts";
import {
  awaitedEvents,
  currentMachines,
  defineEvent,
  defineWorkflow,
  definitionVersion,
  orElse,
  stepsOf,
} from "../../lib/index.ts";
import { Millrace } from "../../lib/millrace.ts";
import { sleepKind } from "../../lib/workflow/nodes/sleep/kind.ts";
import { plan } from "../../lib/workflow/plan.ts";
import { workersOf } from "../../lib/workflow/workers.ts";
import { OrderPlaced, print, workflowOf } from "./sample.ts";

const Asked = defineEvent("parts.asked", { version: 1, schema: z.object({ why: z.string() }) });

/** How often the states of each sleep are compiled: once for each compilation of its state machine. */
function countCompilations(): Map<string, number> {
  const compiled = new Map<string, number>();
  const { compile } = sleepKind;
  vi.spyOn(sleepKind, "compile").mockImplementation((node, position) => {
    compiled.set(node.name, (compiled.get(node.name) ?? 0) + 1);
    return compile(node, position);
  });
  return compiled;
}
afterEach(() => vi.restoreAllMocks());

/** A workflow that calls another, each with a sleep of its name; `runs` are the calls of their `run`. */
function naps() {
  const runs: string[] = [];
  const short = defineWorkflow("short", {
    on: Asked,
    run: (w) => {
      runs.push("short");
      w.sleep("1 minute", { as: "short-nap" });
    },
  });
  const long = defineWorkflow("long", {
    on: OrderPlaced,
    run: (w, order) => {
      runs.push("long");
      w.child(short, { why: order.id });
      w.sleep("1 hour", { as: "long-nap" });
    },
  });
  return { workflows: [long, short], runs };
}

test("for any number of questions, each `run` is called once, and each state machine compiled once", () => {
  const { workflows, runs } = naps();
  const compiled = countCompilations();
  for (const workflow of workflows) {
    plan(workflow);
    stepsOf(workflow);
    awaitedEvents(workflow);
    workersOf(workflow);
    definitionVersion(workflow);
    currentMachines(workflow);
    for (const extent of ["best", "typical", "worst"] as const) runCost(workflow, DEFAULTS, extent);
  }
  expect(runs).toEqual(["long", "short"]);
  expect(Object.fromEntries(compiled)).toEqual({ "long-nap": 1, "short-nap": 1 });
});

test("a synthesis compiles each state machine twice: with names, for its version, and with addresses", () => {
  const { workflows, runs } = naps();
  const compiled = countCompilations();
  const handlers = mkdtempSync(join(tmpdir(), "millrace-naps-"));
  for (const { name } of workflows)
    writeFileSync(join(handlers, `${name}.intake.lambda.ts`), "export const handler = async () => {};");
  const app = new App({ outdir: join(handlers, "cdk.out") });
  new Millrace(new Stack(app, "Naps"), "Millrace", { workflows, handlers, console: false });
  app.synth();
  expect(runs).toEqual(["long", "short"]);
  expect(Object.fromEntries(compiled)).toEqual({ "long-nap": 2, "short-nap": 2 });
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
