import { expect, test } from "vitest";
import * as z from "zod";
import {
  awaitedEvents,
  compile,
  defineEvent,
  defineWorkflow,
  definitionVersion,
  stepsOf,
  usesWaitQueue,
} from "../../lib/index.ts";
import { plan } from "../../lib/workflow/plan.ts";
import { workersOf } from "../../lib/workflow/workers.ts";
import { bindings, OrderPlaced, print, workflowOf } from "./sample.ts";

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

test("workflows that call each other have the same plans, whichever is planned first", () => {
  const circle = () => {
    const ping: any = defineWorkflow("ping", {
      on: Asked,
      run: (w, asked) => ({ pong: w.child(pong, { why: asked.why }) as any }),
    });
    const pong: any = defineWorkflow("pong", {
      on: OrderPlaced,
      run: (w, order: any) => ({ ping: w.child(ping, { why: order.id }) as any }),
    });
    return [ping, pong] as const;
  };
  const version = (workflow: any) => definitionVersion(workflow);
  const [ping, pong] = circle();
  const [laterPing, laterPong] = circle();
  const first = [version(ping), version(pong)];
  const second = [version(laterPong), version(laterPing)].toReversed();
  expect(second).toEqual(first);
});
