import { expect, test } from "vitest";
import * as z from "zod";
import { ENVELOPE_KEY } from "../../lib/contract/envelope.ts";
import {
  compile,
  type DefinitionError,
  defineEvent,
  definePool,
  defineSharedLimit,
  defineStep,
  defineWorkflow,
  gte,
  plan,
  settingsCatalogue,
  type Workflow,
} from "../../lib/index.ts";
import { expressOf } from "../../lib/workflow/express.ts";
import { sharedLimitsOf } from "../../lib/workflow/shared-limits.ts";
import { workersOf } from "../../lib/workflow/workers.ts";
import { bindings, OrderPlaced, pooledTextStep, print, textStep } from "./sample.ts";

const draft = textStep("draft");

/** The line of the code that calls it. */
function thisLine(): number {
  return Number(/places\.test\.ts(?:\?\S*?)?:(\d+)/.exec(new Error().stack!.split("\n")[2]!)![1]);
}

function mistakeIn(work: () => unknown): DefinitionError {
  try {
    work();
  } catch (error) {
    return error as DefinitionError;
  }
  throw new Error("There was nothing to say against it.");
}

test("a workflow knows the line of its definition", () => {
  const line = thisLine() + 1;
  const { place } = defineWorkflow("here", { on: OrderPlaced, run: (w) => w.step(print, "x") });
  expect(place).toMatch(new RegExp(`/test/workflow/places\\.test\\.ts:${line}:\\d+$`));
});

test("a mistake in a call has the line of the call, however deep its value is", () => {
  let line = 0;
  const broken = defineWorkflow("broken", {
    on: OrderPlaced,
    run: (w) => {
      line = thisLine() + 1;
      w.step(draft, { any: [{ a: [{ b: [{ c: [{ d: [{ at: new Date(0) }] }] }] }] }] });
    },
  });
  const { place, message } = mistakeIn(() => plan(broken));
  expect(place).toMatch(new RegExp(`/test/workflow/places\\.test\\.ts:${line}:\\d+$`));
  expect(message).not.toContain("places.test.ts");
});

const Bill = z.object({ id: z.string() });
const Paid = defineEvent("bill.paid", { version: 1, schema: Bill, key: ({ id }) => id });
const Reserved = defineEvent("bill.reserved", {
  version: 1,
  schema: z.object({ [ENVELOPE_KEY]: z.string() }) as any,
});
const list = defineStep("list", { input: z.object({}), output: z.array(z.string()), timeout: "1 minute" });
const run = (w: any) => w.step(print, "x");
const on = OrderPlaced;
const limit = (atOnce: number) => ({ limit: defineSharedLimit("models", { atOnce }) });
const called = defineWorkflow("called", { on: Paid, sharedLimit: limit(2), run });

/** Mistakes that no line of `run` makes. */
const OF_A_WORKFLOW: [string, Workflow, (workflow: Workflow) => unknown][] = [
  ["no step", defineWorkflow("a", { on, run: () => undefined }), plan],
  ["a deadline of two years", defineWorkflow("a", { on, deadline: "730 days", run }), plan],
  ["a promise", defineWorkflow("a", { on, run: async (w) => w.step(print, "x") }), plan],
  [
    "a decision without effect",
    defineWorkflow("a", { on, run: (w, o) => [w.when(gte(o.amount, 1), () => o.id), run(w)].slice(1) }),
    plan,
  ],
  [
    "two steps of one name",
    defineWorkflow("a", {
      on,
      run: (w) => [w.step(draft, {}), w.step(textStep("draft"), {}, { as: "other" })],
    }),
    plan,
  ],
  [
    "an event that cancels twice",
    defineWorkflow("a", {
      on,
      cancelOn: [1, 2].map(() => ({ event: Paid, key: (order: any) => order.id })),
      run,
    }),
    plan,
  ],
  ["an event with a reserved field", defineWorkflow("a", { on: Reserved, run }), plan],
  [
    "a sleep that is longer than its runs",
    defineWorkflow("a", { on, deadline: "1 hour", run: (w) => w.sleep("2 hours") }),
    (workflow) => compile(workflow, bindings),
  ],
  [
    "a long list into which it looks",
    defineWorkflow("a", {
      on,
      run: (w) => {
        const all = w.each(w.step(list, {}), print, { most: 5_000 });
        w.when(gte(all as any, 1), () => w.step(draft, {}));
      },
    }),
    (workflow) => compile(workflow, bindings),
  ],
  [
    "a history that is too long",
    defineWorkflow("a", {
      on,
      run: (w) =>
        w.repeat(
          { as: "many", state: z.number(), initial: 0, until: (state) => gte(state, 9), most: 9_000 },
          (_, round) => {
            run(w);
            return round;
          },
        ),
    }),
    (workflow) => compile(workflow, bindings),
  ],
  ["express: true", defineWorkflow("a", { on, express: true, run }), expressOf],
  [
    "two pools of one name",
    defineWorkflow("a", {
      on,
      run: (w) =>
        [1, 2].map((batch) => w.step(pooledTextStep(`s${batch}`, definePool("light", { batch })), {})),
    }),
    workersOf,
  ],
  [
    "a limit of an unknown setting",
    defineWorkflow("a", { on, settings: { pace: "fixed" }, run }),
    (workflow) => settingsCatalogue([workflow], []),
  ],
  [
    "two shared limits of one name",
    defineWorkflow("a", { on, sharedLimit: limit(3), run }),
    (workflow) => sharedLimitsOf([called, workflow]),
  ],
  [
    "a call of a workflow with the same limit",
    defineWorkflow("a", { on, sharedLimit: limit(2), run: (w, { id }) => w.child(called, { id }) }),
    (workflow) => sharedLimitsOf([called, workflow]),
  ],
];

test.each(OF_A_WORKFLOW)("%s: the place is the line of the definition", (_, workflow, check) => {
  expect(workflow.place).toContain("places.test.ts");
  const { name, place, message } = mistakeIn(() => check(workflow));
  expect(name).toBe("DefinitionError");
  expect({ place, message }).toEqual({ place: workflow.place, message });
});
