import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  definePool,
  defineStep,
  describePlan,
  gte,
  jsonata,
  plan,
  type StepSpec,
  text,
} from "../../lib/index.ts";
import { diagnose } from "./diagnose.ts";
import { type Reply, runWorkflow } from "./engine.ts";
import { machineOf, workflowOf } from "./sample.ts";

const order = { id: "o1", amount: 7, lines: ["pen", "ink"], shelves: [], tags: {}, coupon: null };
const light = definePool("light", { batch: 10 });

type Step = StepSpec<string, any, { text: string; note?: string; parts: string[] }>;
const step = (name: string, options: object = {}) =>
  defineStep(name, {
    input: z.object({ text: z.string().optional(), any: z.any().optional() }),
    output: z.object({ text: z.string(), note: z.string().optional(), parts: z.array(z.string()) }),
    timeout: "10 seconds",
    retry: { attempts: 3, backoff: "2 seconds" },
    pool: light,
    ...options,
  }) as Step;
const [first, second] = [step("first"), step("second")];

type Definition = Parameters<typeof workflowOf>[0];
type Each = (w: any, event: any, options: object) => unknown;

const few = { most: 5 };
test("a short list of steps of a pool is one state with one message", () => {
  const machine = machineOf((w, event) =>
    w.each(event.lines, (line) => w.step(first, { text: line }), { as: "lines", ...few }),
  );
  const tasks = Object.values(machine.States).filter((state: any) => state.Type === "Task");
  expect(tasks).toHaveLength(2);
  expect(Object.values(machine.States).map((state: any) => state.Type)).not.toContain("Map");
});

/** Each step says what it was given. */
const said = ({ step, input }: any): Reply => ({
  result: {
    text: `${step} ${JSON.stringify(input.text ?? null)} ${JSON.stringify(input.any ?? null)}`,
    parts: [step, "b"],
    ...(input.text !== "ink" && { note: `of ${input.text}` }),
  },
});

describe("a list in one message has the results that it has as a Map", () => {
  const shapes: Record<string, Each> = {
    "of a step": (w, event, options) =>
      w.each(event.lines, (line: any) => w.step(first, { text: line }), options),
    "of two steps, the second of which reads the first": (w, event, options) =>
      w.each(
        event.lines,
        (line: any, at: any) => {
          const one = w.step(first, { text: line, any: [at, event.id, { fixed: "{% 1 %}" }] });
          const two = w.step(second, { text: one.text, any: [one.parts, one.note] });
          return { one, note: one.note, two: two.text, line, at, fixed: 1, all: [one.parts, two.parts] };
        },
        options,
      ),
    "of steps at the same time": (w, event, options) =>
      w.each(
        event.lines,
        (line: any) => [w.step(first, { text: line }), w.step(second, { any: { line, event } })],
        options,
      ),
    "whose inputs are computed from items": (w, event, options) =>
      w.each(
        event.lines,
        (line: any, at: any) =>
          w.step(first, { text: text`${line} no. ${at}`, any: jsonata`$uppercase(${line})` }),
        options,
      ),
    "that nothing reads": (w, event, options) => {
      w.each(event.lines, (line: any) => w.step(first, { text: line }), options);
      return event.id;
    },
    "without a result": (w, event, options) =>
      w.each(
        event.lines,
        (line: any) => {
          w.step(first, { text: line });
        },
        options,
      ),
    "in a branch, next to a step that reads it": (w, event, options) => {
      const lines = w.each(event.lines, (line: any) => w.step(first, { text: line }), options);
      const other = w.step(second, { any: event.amount }, { apart: true });
      return w.step(step("last", { pool: undefined }), { any: [lines, other.text] });
    },
    "in a list of its own": (w, event, options) =>
      w.each(
        event.lines,
        (line: any) =>
          w.each(event.lines, (inner: any) => w.step(first, { text: inner, any: line }), options),
        { as: "outer", ...few },
      ),
    "in a loop": (w, event, options) =>
      w.repeat(
        {
          as: "rounds",
          state: z.object({ texts: z.array(z.any()), rounds: z.number() }),
          initial: { texts: [], rounds: 0 },
          most: 3,
          until: (state: any) => gte(state.rounds, 2),
        },
        (_state: any, round: any) => ({
          texts: w.each(event.lines, (line: any) => w.step(first, { text: line, any: round }), options),
          rounds: round,
        }),
      ),
  };

  test.each(Object.keys(shapes))("%s", async (name) => {
    for (const lines of [["pen", "ink", "cap"], ["ink"], []]) {
      const [together, apart] = await Promise.all(
        [false, true].map((apart) => {
          const options = { as: "lines", ...few, apart };
          const definition: Definition = (w, event) => ({ out: shapes[name]!(w, event, options) });
          const workflow = workflowOf(definition);
          expect(
            describePlan(plan(workflow)).includes("lines, up to 5 items, one message for all items"),
          ).toBe(!apart);
          return runWorkflow(workflow, { ...order, lines }, said);
        }),
      );
      expect(together).toMatchObject({ error: undefined, status: "SUCCEEDED" });
      expect(together!.output).toEqual(apart!.output);
      const sent = ({ messages }: typeof together & object) =>
        messages.map(({ path, input }: any) => JSON.stringify([path, input])).toSorted();
      expect(sent(together!)).toEqual(sent(apart!));
      expect(together!.events).toBeLessThanOrEqual(apart!.events + 6);
    }
  });
});

test("a list that is longer than allowed fails the run before anything is sent", async () => {
  const workflow = workflowOf((w, event) =>
    w.each(event.lines, (line) => w.step(first, { text: line }), { as: "lines", most: 3 }),
  );
  const ran = await runWorkflow(workflow, { ...order, lines: ["a", "b", "c", "d"] }, said);
  expect(ran).toMatchObject({ status: "FAILED", error: "Millrace.TooManyItems" });
  expect(ran.messages).toEqual([]);
});

test("values that all items read are sent once", () => {
  const definition: Definition = (w, event) =>
    w.each(event.lines, (line) => w.step(first, { text: line, any: event.id }), { as: "lines", ...few });
  const { values, each } = (machineOf(definition).States.lines as any).Arguments.MessageBody.group;
  expect(Object.keys(values)).toEqual(["v1"]);
  expect(each.items).toContain("{'v0': $mapped_item}");
});

describe("an item", () => {
  const workflow = workflowOf((w, event) =>
    w.each(event.lines, (line) => w.step(second, { text: w.step(first, { text: line }).text }), {
      as: "lines",
      ...few,
    }),
  );
  const failure = (error: string, path: string): Reply => ({
    error,
    cause: { name: "TypeError", message: "no", path },
  });

  test("is retried by the policy of its step, and the other items are not", async () => {
    let fails = 2;
    const ran = await runWorkflow(workflow, order, (message) =>
      message.path === "lines[1]/second" && fails-- > 0
        ? failure("Millrace.Retry", message.path)
        : said(message),
    );
    expect(ran.status).toBe("SUCCEEDED");
    expect(ran.messages.map(({ path }) => path).toSorted()).toEqual([
      "lines[0]/first",
      "lines[0]/second",
      "lines[1]/first",
      "lines[1]/second",
      "lines[1]/second",
      "lines[1]/second",
    ]);
  });

  test("fails the run with the error of its step", async () => {
    const ran = await runWorkflow(workflow, order, (message) =>
      message.path === "lines[1]/first" ? failure("Millrace.GiveUp", message.path) : said(message),
    );
    expect(ran).toMatchObject({
      status: "FAILED",
      error: "Millrace.GiveUp",
      cause: expect.stringContaining("lines[1]/first"),
    });
  });

  test.each([true, false])("has a question of its own, which is answered with %s", async (approved) => {
    const asking = new Set(["lines[0]/second", "lines[1]/second"]);
    const questions: string[] = [];
    const ran = await runWorkflow(workflow, order, (message) => {
      if (message.approval) {
        questions.push(message.path);
        asking.delete(message.path.replace(/\/asks$/, ""));
        return { result: { approved } };
      }
      return asking.has(message.path) ? failure("Millrace.Ask", message.path) : said(message);
    });
    expect(questions).toEqual(
      approved ? ["lines[0]/second/asks", "lines[1]/second/asks"] : ["lines[0]/second/asks"],
    );
    expect(ran).toMatchObject(
      approved ? { status: "SUCCEEDED" } : { status: "FAILED", error: "Millrace.Ask" },
    );
  });
});

describe("each item has a message of its own", () => {
  const each =
    (
      options: object,
      body: (w: any, line: any, event: any) => unknown = (w, line) => w.step(first, { text: line }),
    ): Definition =>
    (w: any, event: any) =>
      w.each(event.lines, (line: any) => body(w, line, event), { as: "lines", ...few, ...options });
  const one = (name: string, options: object) => (w: any, line: any) =>
    w.step(step(name, options), { text: line });

  test.each<[string, Definition]>([
    ["it has apart: true", each({ apart: true })],
    ["items may fail", each({ tolerate: 1 })],
    ["at most 4 items run at once", each({ concurrency: 4 })],
    [
      "a message has at most 50 steps of items",
      (w, event) =>
        w.each(w.step(first, { text: event.id }).parts, (part) => w.step(second, { text: part }), {
          as: "lines",
          most: 51,
        }),
    ],
    [
      "the pool slow has batch: 1, one attempt at a time",
      each({}, one("slow-one", { pool: definePool("slow") })),
    ],
    [
      "the pool never has fuse: false",
      each({}, one("never-one", { pool: definePool("never", { fuse: false, batch: 2 }) })),
    ],
    [
      "an attempt of asking must not be repeated without asking",
      each({}, one("asking", { onLeaseExpiry: "ask" })),
    ],
    ["first has apart: true", each({}, (w, line) => w.step(first, { text: line }, { apart: true }))],
    ["first has a fallback", each({}, (w, line) => w.step(first, { text: line }, { fallback: () => null }))],
    [
      "the attempts would add up to more than 1,000",
      each({}, one("stubborn", { retry: { attempts: 250, backoff: "1 second" } })),
    ],
    ["the timeouts would add up to more than 5 minutes", each({}, one("long", { timeout: "6 minutes" }))],
    [
      "a value is computed from an item and other values",
      each({}, (w, line, event) => w.step(first, { text: text`${line} of ${event.id}` })),
    ],
    [
      "the state machine computes the result of an item",
      each({}, (w, line) => ({ text: text`${w.step(first, { text: line }).text}!` })),
    ],
    [
      "the list may be too large for one message",
      (w, event) => {
        const [one, two] = [first, second].map((spec) => w.step(spec, { text: event.id }, { apart: true }));
        w.each(one!.parts, (part) => w.step(step("third"), { text: part, any: two }), {
          as: "lines",
          ...few,
        });
      },
    ],
    [
      "the nodes of an item do not share one message",
      each({}, (w, line) => w.step(second, { text: text`${w.step(first, { text: line }).text}!` })),
    ],
  ])("where %s", (why, definition) => {
    expect(describePlan(plan(workflowOf(definition)))).toContain(`a message for each item: ${why}`);
    expect(JSON.stringify(machineOf(definition))).toContain('"Type":"Map"');
  });

  test("where its nodes are not steps of a pool, which goes without saying", () => {
    const described = describePlan(plan(workflowOf(each({}, one("alone", { pool: undefined })))));
    expect(described).toContain("lines, up to 5 items\n");
  });
});

test("asl-validator accepts it", () => {
  const machine = machineOf((w, event) => {
    const lines = w.each(
      event.lines,
      (line) => w.step(second, { text: w.step(first, { text: line }).text }),
      { as: "lines", ...few },
    );
    w.step(step("last"), { any: lines });
  });
  expect(diagnose(machine)).toEqual([]);
});
