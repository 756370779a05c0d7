import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type Assumptions, DEFAULTS } from "../../lib/cost/assumptions.ts";
import type { Extent } from "../../lib/cost/attempt.ts";
import { expressGain } from "../../lib/cost/express.ts";
import { handlingCost } from "../../lib/cost/handling-cost.ts";
import { loggingGain } from "../../lib/cost/logging.ts";
import { poolingGain } from "../../lib/cost/pooling.ts";
import { dollarsOf, PRICES } from "../../lib/cost/prices.ts";
import { refuseUnknown } from "../../lib/cost/refuse.ts";
import { runCost } from "../../lib/cost/run-cost.ts";
import {
  defineEvent,
  definePool,
  defineReaction,
  defineStep,
  defineWorkflow,
  type WorkflowBuilder,
} from "../../lib/index.ts";

const Asked = defineEvent("thing.asked", {
  version: 1,
  schema: z.object({ many: z.array(z.string()).max(8), all: z.array(z.string()), good: z.boolean() }),
});
const step = <const Name extends string>(name: Name, more: object = {}) =>
  defineStep(name, {
    input: z.unknown(),
    output: z.object({ done: z.boolean() }),
    timeout: "10 seconds",
    retry: { attempts: 3, backoff: "1 second" },
    ...more,
  });
const [first, second, undo] = [step("first"), step("second"), step("undo-first")];

function workflow(run: (w: WorkflowBuilder, event: any) => unknown) {
  return defineWorkflow("things", { on: Asked, deadline: "1 day", run });
}

const transitions = (of: ReturnType<typeof workflow>, extent: Extent, given: Partial<Assumptions> = {}) =>
  runCost(of, { ...DEFAULTS, ...given }, extent).units.stateTransitions;

describe("states that a run enters", () => {
  test("a list is iterated once at best, to its end at worst, and as often as assumed", () => {
    const listed = workflow((w, event) => w.each(event.many, first));
    // The Map, and a step for each item; at worst each step is tried three times.
    expect(transitions(listed, "best")).toBe(2);
    expect(transitions(listed, "typical")).toBe(6);
    expect(transitions(listed, "worst")).toBe(1 + 8 * 3);
    expect(transitions(listed, "worst", { items: { "each first": 7 } })).toBe(1 + 7 * 3);
    expect(transitions(listed, "typical", { items: { "each first": 0 } })).toBe(1);
  });

  test("a list in parts has three states of its own, and two for each part of 100 items", () => {
    const listed = workflow((w, event) =>
      w.step(second, { all: w.each(event.all, first, { as: "many", most: 10_000 }) }),
    );
    const typical = (items: number) => transitions(listed, "typical", { items: { many: items } });
    expect(typical(1_000)).toBe(4 + 10 * 2 + 1_000 + 1);
    expect(typical(10_000) - typical(1_000)).toBe(90 * 2 + 9_000);
    expect(typical(0)).toBe(2 + 1);
  });

  test("a loop has the assumed number of rounds, with a state before, between and after", () => {
    const looped = workflow((w) =>
      w.repeat(
        {
          as: "again",
          state: z.object({ done: z.boolean() }),
          initial: { done: false },
          most: 6,
          until: ({ done }) => done,
        },
        () => ({ done: w.step(first, {}).done }),
      ),
    );
    expect(transitions(looped, "best")).toBe(1 + 2 + 1);
    expect(transitions(looped, "typical")).toBe(1 + 2 * 2 + 1);
    expect(transitions(looped, "typical", { rounds: { again: 6 } })).toBe(1 + 6 * 2 + 1);
  });

  test("of two branches the cheaper, the more expensive, each half the time, or the assumed one", () => {
    const divided = workflow((w, event) => {
      w.when(
        event.good,
        () => w.step(second, { first: w.step(first, {}) }),
        () => null,
        { as: "good" },
      );
    });
    // A way without a step is a state of its own where it ends the run.
    expect(transitions(divided, "best")).toBe(2);
    expect(transitions(divided, "typical")).toBe(1 + (2 + 1) / 2);
    expect(transitions(divided, "worst")).toBe(1 + 2 * 3);
    expect(transitions(divided, "typical", { ways: { good: "then" } })).toBe(3);
    expect(transitions(divided, "worst", { ways: { good: "otherwise" } })).toBe(2);
  });

  test("each state is named with how often it is entered and its cost, the most expensive first", () => {
    const divided = workflow((w, event) =>
      w.each(
        event.many,
        () =>
          w.when(
            event.good,
            () => w.step(first, {}),
            () => null,
            { as: "good" },
          ),
        { as: "things" },
      ),
    );
    const { states, units } = runCost(divided, DEFAULTS, "typical");
    expect(states.map(({ name, times }) => [name, times])).toEqual([
      ["good", 5],
      ["first", 2.5],
      ["good, otherwise", 2.5],
      ["things", 1],
    ]);
    const [choice, step] = states;
    const transition = PRICES.perMillion.stateTransitions / 1e6;
    expect(choice!.dollars).toBeCloseTo(5 * transition, 12);
    expect(step!.dollars).toBeGreaterThan(2.5 * transition);
    const around = dollarsOf(units) - states.reduce((sum, { dollars }) => sum + dollars, 0);
    const { units: empty, states: none } = runCost(divided, { ...DEFAULTS, items: { things: 0 } }, "typical");
    expect(none.map(({ name }) => name)).toEqual(["things"]);
    // Apart from the states, a run costs the same, except for the claims that are read at its end.
    expect(around / (dollarsOf(empty) - transition)).toBeCloseTo(1, 1);
  });

  test("a fallback is taken at worst, after all attempts", () => {
    const rescued = workflow((w) => w.step(first, {}, { fallback: () => w.step(second, {}) }));
    expect(transitions(rescued, "typical")).toBe(1);
    expect(transitions(rescued, "worst")).toBe(3 + 3);
  });

  test("further attempts are entered as often as assumed", () => {
    const two = workflow((w) => w.step(second, { first: w.step(first, {}) }));
    const failures = { otherwise: 0, named: { first: 0.5 } };
    expect(transitions(two, "typical", { failures })).toBe(2.5);
    expect(transitions(two, "worst", { failures })).toBe(6);
  });

  test("if a run fails, nothing later is entered, and its effects are undone", () => {
    const undone = workflow((w) => {
      const one = w.step(first, {}, { undo });
      const two = w.step(second, {}, { after: [one] });
      w.step(second, {}, { as: "third", after: [two] });
    });
    // Two steps; then a Map with a Choice and a task for what is undone.
    expect(transitions(undone, "typical", { failsAt: "second" })).toBe(2 + 1 + 2);
    expect(transitions(undone, "typical", { failsAt: "first" })).toBe(1);
  });
});

test("a plain state machine has the same steps, and neither claims nor queues", () => {
  const two = workflow((w) => w.step(second, { first: w.step(first, {}) }));
  const { units, plain } = runCost(two, DEFAULTS, "typical");
  expect(plain).toMatchObject({
    stateTransitions: 2,
    lambdaRequests: 2,
    customEvents: 1,
    dynamodbWriteUnits: 0,
    sqsFairRequests: 0,
    sqsRequests: 0,
  });
  expect(dollarsOf(units)).toBeGreaterThan(dollarsOf(plain));
});

test("large payloads and results take more write units, and long code more gigabyte-seconds", () => {
  const one = workflow((w) => w.step(first, {}));
  const usual = runCost(one, DEFAULTS, "typical").units;
  const large = runCost(one, { ...DEFAULTS, resultBytes: 5_000 }, "typical").units;
  // The claim, its entry in the log; the run's end with its output, and the entry of that, whose last kilobyte has room.
  expect(large.dynamodbWriteUnits - usual.dynamodbWriteUnits).toBe(5 + 5 + 5 + 4);
  const slow = runCost(
    one,
    { ...DEFAULTS, millis: { otherwise: 500, named: { first: 2_500 } } },
    "typical",
  ).units;
  expect(slow.lambdaGigabyteSeconds - usual.lambdaGigabyteSeconds).toBeCloseTo(2 * (512 / 1024));
});

test("changes that reach the relay together share its invocations", () => {
  const one = workflow((w) => w.step(first, {}));
  const alone = runCost(one, DEFAULTS, "typical").units;
  const shared = runCost(one, { ...DEFAULTS, changesAtOnce: 5 }, "typical").units;
  expect(alone.lambdaRequests - shared.lambdaRequests).toBeCloseTo(4 * (4 / 5));
  expect(shared.dynamodbWriteUnits).toBe(alone.dynamodbWriteUnits);
});

test("model costs are shown separately, and cost writes for the budget", () => {
  const asking = workflow((w) => w.step(step("think", { model: "default" }), {}));
  const given = {
    ...DEFAULTS,
    modelCalls: { otherwise: 2, named: {} },
    modelDollars: { otherwise: 0.01, named: {} },
  };
  const { models, units } = runCost(asking, given, "typical");
  expect(models).toEqual({ calls: 2, dollars: 0.02 });
  expect(units).toMatchObject({ s3Writes: 2, s3Reads: 2 });
  expect(runCost(asking, given, "worst").models.calls).toBe(6);
});

test("an event that the app emits itself is counted where it is emitted", () => {
  const reaction = defineReaction("react", { on: Asked, timeout: "10 seconds" });
  const outside = handlingCost(reaction, DEFAULTS, "typical").units.customEvents;
  const inside = handlingCost(reaction, DEFAULTS, "typical", new Set(["thing.asked"])).units.customEvents;
  expect(outside - inside).toBe(1);
});

describe("an assumption about an unknown name is refused", () => {
  const divided = workflow((w, event) => {
    const all = w.each(event.many, first);
    w.when(event.good, () => w.step(second, {}), undefined, { as: "good", after: [all] });
  });
  const refused = (given: Partial<Assumptions>) => () =>
    refuseUnknown([divided], [], { ...DEFAULTS, ...given });
  test.each<[Partial<Assumptions>, string]>([
    [{ items: { lots: 2 } }, 'There is no list "lots". There are: "each first".'],
    [{ rounds: { lots: 2 } }, 'There is no loop "lots". There is none.'],
    [{ ways: { bad: "then" } }, 'There is no choice "bad". There are: "good".'],
    [{ ways: { good: "perhaps" } }, '"good" has no branch "perhaps". It has: "then", "otherwise".'],
    [{ items: { "each first": 9 } }, '"each first" has 8 items at most, and 9 are assumed.'],
    [{ failsAt: "third" }, 'There is no step "third". There are: "first", "second".'],
    [
      { millis: { otherwise: 1, named: { third: 1 } } },
      'There is no step "third". There are: "first", "second".',
    ],
  ])("%o", (given, message) => {
    expect(refused(given)).toThrow(new RangeError(message));
  });
});

describe("a pool that is proposed", () => {
  const model = step("ask", { model: "default" });
  const chain = workflow((w) => {
    const one = w.step(first, {});
    const two = w.step(second, { one });
    const asked = w.step(model, { two });
    return w.step(first, { asked }, { as: "last" });
  });

  test("puts neighbours in one message, except for those with a model of their own, and saves the difference", () => {
    const gain = poolingGain(chain, DEFAULTS, new Set())!;
    expect(gain.groups).toEqual([["first", "second"]]);
    // At least the state and the invocation that there would be one less of.
    expect(gain.dollars).toBeGreaterThan(PRICES.perMillion.stateTransitions / 1e6);
    expect(gain.dollars).toBeLessThan(dollarsOf(runCost(chain, DEFAULTS, "typical").units) / 4);
  });

  test("brings the items of a short list in one message, which saves a state and a message for each", () => {
    const listed = workflow((w, event) => w.each(event.many, first, { as: "many" }));
    const gain = poolingGain(listed, DEFAULTS, new Set())!;
    expect(gain).toMatchObject({ groups: [], lists: ["many"] });
    // Five items, typically.
    expect(gain.dollars).toBeGreaterThan((5 * PRICES.perMillion.stateTransitions) / 1e6);
    const long = workflow((w, event) => w.each(event.all, first, { as: "all" }));
    expect(poolingGain(long, DEFAULTS, new Set())).toBeUndefined();
  });

  test("is none if no two steps are neighbours, or they are in a group already", () => {
    expect(
      poolingGain(
        workflow((w) => w.step(first, {})),
        DEFAULTS,
        new Set(),
      ),
    ).toBeUndefined();
    const light = definePool("light");
    const [a, b] = [step("a", { pool: light }), step("b", { pool: light })];
    const grouped = workflow((w) => w.step(b, { a: w.step(a, {}) }));
    expect(poolingGain(grouped, DEFAULTS, new Set())).toBeUndefined();
  });
});

describe("steps of a group at the same time", () => {
  const light = definePool("light");
  const of = (name: string, pool: typeof light | undefined) => step(name, { pool });
  /** One step, two at the same time, and one after both. */
  const branched = (pool: typeof light | undefined) =>
    workflow((w) => {
      const one = w.step(of("one", pool), {});
      const [left, right] = ["left", "right"].map((name) => w.step(of(name, pool), { one }));
      return w.step(of("last", pool), { left, right });
    });
  const chained = workflow((w) => {
    let before: unknown = 0;
    for (const name of ["one", "left", "right", "last"]) before = w.step(of(name, light), { before });
    return before as never;
  });
  const unitsOf = (of: ReturnType<typeof branched>, extent: Extent = "typical") =>
    runCost(of, DEFAULTS, extent).units;

  test("cost a state, a message and an invocation together", () => {
    const [fused, apart] = [unitsOf(branched(light)), unitsOf(branched(undefined))];
    expect(fused.stateTransitions).toBe(unitsOf(chained).stateTransitions);
    // The claim of the second branch is one change more for the relay.
    expect(fused.lambdaRequests).toBeLessThanOrEqual(unitsOf(chained).lambdaRequests + 1);
    expect(fused.lambdaRequests).toBeLessThan(apart.lambdaRequests);
    expect(fused.sqsFairRequests).toBe(unitsOf(chained).sqsFairRequests);
    // Four steps and the Parallel become one state.
    expect(apart.stateTransitions - fused.stateTransitions).toBe(4);
    expect(dollarsOf(fused)).toBeLessThan(dollarsOf(apart));
  });

  test("write one claim more than one after another, and take less time", () => {
    const [branches, chain] = [unitsOf(branched(light)), unitsOf(chained)];
    expect(branches.dynamodbWriteUnits).toBeGreaterThan(chain.dynamodbWriteUnits);
    expect(branches.dynamodbWriteUnits).toBeLessThan(unitsOf(branched(undefined)).dynamodbWriteUnits);
    expect(branches.lambdaGigabyteSeconds).toBeLessThan(chain.lambdaGigabyteSeconds);
  });

  test("count whatever ran at the same time as a step that fails, and nothing after it", () => {
    const failing = (failsAt: string) => runCost(branched(light), { ...DEFAULTS, failsAt }, "typical").units;
    expect(failing("right").dynamodbWriteUnits).toBeGreaterThan(failing("one").dynamodbWriteUnits);
    expect(failing("last").dynamodbWriteUnits).toBeGreaterThan(failing("left").dynamodbWriteUnits);
    expect(failing("left").dynamodbWriteUnits).toBeGreaterThan(failing("one").dynamodbWriteUnits);
  });

  test("are proposed for a pool", () => {
    expect(poolingGain(branched(undefined), DEFAULTS, new Set())!.groups).toEqual([
      ["one", "left", "right", "last"],
    ]);
  });
});

describe("a list in one message", () => {
  const light = definePool("light", { batch: 10 });
  const [one, two] = [step("one", { pool: light }), step("two", { pool: light })];
  const listed = (apart: boolean) =>
    workflow((w, event) =>
      w.each(event.many, (item) => w.step(two, { one: w.step(one, { item }) }), { as: "many", apart }),
    );
  const unitsOf = (apart: boolean, items: number, given: Partial<Assumptions> = {}) =>
    runCost(listed(apart), { ...DEFAULTS, items: { many: items }, ...given }, "typical").units;

  test("costs one state and one message, however long it is, and the claims of all items", () => {
    for (const items of [0, 1, 8]) {
      expect(unitsOf(false, items).stateTransitions).toBe(1);
      // A message whose steps may take a minute is hidden by a request of its own.
      expect(unitsOf(false, items).sqsFairRequests - unitsOf(false, 1).sqsFairRequests).toBeLessThanOrEqual(
        1,
      );
    }
    expect(unitsOf(true, 8).stateTransitions).toBe(1 + 8);
    const [eight, one] = [unitsOf(false, 8), unitsOf(false, 1)];
    expect(eight.dynamodbWriteUnits).toBeGreaterThan(
      5 * one.dynamodbWriteUnits - unitsOf(false, 0).dynamodbWriteUnits * 5,
    );
    expect(dollarsOf(eight)).toBeLessThan(dollarsOf(unitsOf(true, 8)));
  });

  test("costs a plain state machine a Map, and a state for each step of each item", () => {
    const plain = (apart: boolean) =>
      runCost(listed(apart), { ...DEFAULTS, items: { many: 8 } }, "typical").plain.stateTransitions;
    expect(plain(false)).toBe(1 + 8 * 2);
    expect(plain(true)).toBe(1 + 8 * 2);
  });

  test("fails at a step of an item, and counts the other items", () => {
    const failing = (items: number) => unitsOf(false, items, { failsAt: "two" }).dynamodbWriteUnits;
    expect(failing(8)).toBeGreaterThan(failing(2));
    expect(runCost(listed(false), DEFAULTS, "worst").units.stateTransitions).toBeGreaterThan(1);
  });
});

describe("an express workflow", () => {
  const light = definePool("light");
  const [a, b] = [step("a", { pool: light }), step("b", { pool: light })];
  const standard = workflow((w) => w.step(b, { a: w.step(a, {}) }));
  const express = { ...standard, express: true };
  const unitsOf = (of: typeof standard, given = DEFAULTS, extent: Extent = "typical") =>
    runCost(of, given, extent).units;

  test("has no state transition and reads no claim at its end while nothing fails", () => {
    expect(unitsOf(standard).stateTransitions).toBeGreaterThan(0);
    expect(unitsOf(express).stateTransitions).toBe(0);
    expect(unitsOf(express).dynamodbReadUnits).toBeLessThan(unitsOf(standard).dynamodbReadUnits);
  });

  test("costs more than with an execution from the start if a step fails", () => {
    const failing = { ...DEFAULTS, failures: { otherwise: 1, named: {} } };
    expect(unitsOf(express, failing).stateTransitions).toBe(unitsOf(standard, failing).stateTransitions);
    expect(dollarsOf(unitsOf(express, failing))).toBeGreaterThan(dollarsOf(unitsOf(standard, failing)));
    expect(dollarsOf(unitsOf(express, DEFAULTS, "worst"))).toBeGreaterThan(
      dollarsOf(unitsOf(standard, DEFAULTS, "worst")),
    );
  });

  test("costs less if its completed steps are only logged, which is proposed with what it saves", () => {
    const logged = { ...express, stepEvents: "logged" } as const;
    const saved = dollarsOf(unitsOf(express)) - dollarsOf(unitsOf(logged));
    expect(loggingGain(express, DEFAULTS, new Set())).toBeCloseTo(saved, 12);
    expect(saved).toBeGreaterThan(PRICES.perMillion.customEvents / 1e6);
    expect(loggingGain(logged, DEFAULTS, new Set())).toBeUndefined();
  });

  test("is proposed where it is possible, with what it saves", () => {
    const saved = dollarsOf(unitsOf(standard)) - dollarsOf(unitsOf(express));
    expect(expressGain(standard, DEFAULTS, new Set())).toBeCloseTo(saved, 12);
    expect(saved).toBeGreaterThan(PRICES.perMillion.stateTransitions / 1e6);
    expect(expressGain(express, DEFAULTS, new Set())).toBeUndefined();
    expect(
      expressGain(
        workflow((w) => w.step(first, {})),
        DEFAULTS,
        new Set(),
      ),
    ).toBeUndefined();
  });
});
