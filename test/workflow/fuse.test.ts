import { describe, expect, test } from "vitest";
import * as z from "zod";
import { definePool, defineStep, describePlan, jsonata, plan, type StepSpec, text } from "../../lib/index.ts";
import { diagnose } from "./diagnose.ts";
import { type Reply, runWorkflow } from "./engine.ts";
import { machineOf, workflowOf } from "./sample.ts";

const order = { id: "o1", amount: 7, lines: ["pen", "ink"], shelves: [], tags: {}, coupon: null };
const light = definePool("light");
const other = definePool("other");
const never = definePool("never", { fuse: false });

type Step = StepSpec<string, any, { text: string; note?: string }>;
const step = (name: string, options: object = {}) =>
  defineStep(name, {
    input: z.object({ text: z.string().optional(), any: z.any().optional() }),
    output: z.object({ text: z.string(), note: z.string().optional() }),
    timeout: "10 seconds",
    pool: light,
    ...options,
  }) as Step;

/** The steps of each message, in order, of steps that come one after another. */
function messages(...steps: [Step, object?][]): string[][] {
  const machine = machineOf((w, event) => {
    let before: any;
    for (const [spec, use] of steps)
      before = w.step(spec, { text: before ? before.text : event.id }, use as any);
    return before;
  });
  return Object.values(machine.States).flatMap((state: any) => {
    const body = state.Arguments?.MessageBody;
    if (!body?.step) return [];
    return [body.group ? body.group.steps.map((one: any) => one.step) : [body.step]];
  });
}

describe("neighbouring steps of a pool share one message", () => {
  const ask = step("d", { onLeaseExpiry: "ask" });
  const slow = (name: string) => step(name, { timeout: "2 minutes" });
  test.each<[string, [Step, object?][], string[][]]>([
    ["all of them", [[step("a")], [step("b")], [step("c")]], [["a", "b", "c"]]],
    ["not one alone", [[step("a")]], [["a"]]],
    [
      "not without a pool",
      [[step("a", { pool: undefined })], [step("b", { pool: undefined })]],
      [["a"], ["b"]],
    ],
    ["not of different pools", [[step("a")], [step("b")], [step("c", { pool: other })]], [["a", "b"], ["c"]]],
    [
      "not where the pool says so",
      [[step("a", { pool: never })], [step("b", { pool: never })]],
      [["a"], ["b"]],
    ],
    [
      "not one that is kept apart",
      [[step("a")], [step("b"), { apart: true }], [step("c")], [step("e")]],
      [["a"], ["b"], ["c", "e"]],
    ],
    [
      "not one that may run once only",
      [[step("a")], [step("b")], [ask], [step("e")]],
      [["a", "b"], ["d"], ["e"]],
    ],
    [
      "not one with a fallback",
      [[step("a")], [step("b"), { fallback: () => ({ text: "none" }) }], [step("c")], [step("e")]],
      [["a"], ["b"], ["c", "e"]],
    ],
    ["for five minutes at most", [[slow("a")], [slow("b")], [slow("c")]], [["a", "b"], ["c"]]],
  ])("%s", (_, steps, expected) => {
    expect(messages(...steps)).toEqual(expected);
  });

  test("ten at most", () => {
    const steps = Array.from({ length: 12 }, (_, at): [Step] => [step(`s${at}`)]);
    expect(messages(...steps).map(({ length }) => length)).toEqual([10, 2]);
  });

  test("an input that the state machine has to compute from a result ends a group", () => {
    const machine = machineOf((w, event) => {
      const a = w.step(step("a"), { text: event.id });
      const b = w.step(step("b"), { text: text`${a.text}!` });
      return w.step(
        step("c"),
        { text: jsonata<string>`$uppercase(${event.id})`, any: { b } },
        { after: [b] },
      );
    });
    expect(Object.keys(machine.States)).toContain("b to c");
    expect(Object.keys(machine.States)).toContain("a");
  });

  test("a plan says which, and why one ends", () => {
    const workflow = workflowOf((w, event) => {
      const a = w.step(step("a"), { text: event.id }, { undo: step("z") });
      const b = w.step(step("b"), { text: a.text });
      return w.step(step("c"), { text: b.text }, { apart: true });
    });
    expect(describePlan(plan(workflow)).split("\n")).toEqual([
      "sample: on order.placed v1, within 1 hour",
      "  in one message",
      "    a, undone by z",
      "    b",
      "  (a message of its own: c has apart: true)",
      "  c",
      "",
    ]);
  });
});

describe("steps of a pool that run at the same time share one message", () => {
  /** The groups and single steps of a machine, wherever they are: the steps of each, and what each comes after. */
  function groups(definition: Parameters<typeof machineOf>[0]) {
    const found: [string, number[] | undefined][][] = [];
    const visit = ({ States }: any) => {
      for (const state of Object.values<any>(States)) {
        const body = state.Arguments?.MessageBody;
        const steps = body?.group?.steps ?? (body?.step ? [body] : []);
        if (steps.length > 0) found.push(steps.map(({ path, after }: any) => [path, after]));
        for (const branch of state.Branches ?? []) visit(branch);
      }
    };
    const machine = machineOf(definition);
    visit(machine);
    return { found, machine };
  }
  const slow = (name: string) => step(name, { timeout: "2 minutes" });

  test("with the steps before and after them, as one state", () => {
    const { found, machine } = groups((w, event) => {
      const a = w.step(step("a"), { text: event.id });
      const b = w.step(step("b"), { text: a.text });
      const c = w.step(step("c"), { text: a.text });
      const d = w.step(step("d"), { text: c.text });
      return w.step(step("e"), { text: d.text, any: b });
    });
    expect(found).toEqual([
      [
        ["a", []],
        ["b", [0]],
        ["c", [0]],
        ["d", [2]],
        ["e", [1, 3]],
      ],
    ]);
    expect(Object.values(machine.States).map(({ Type }: any) => Type)).not.toContain("Parallel");
  });

  test("also where branches wait for each other, with only the order of the graph", () => {
    const { found } = groups((w, event) => {
      const a = w.step(step("a"), { text: event.id });
      const b = w.step(step("b"), { text: event.id });
      const c = w.step(step("c"), { text: a.text });
      const d = w.step(step("d"), { text: a.text, any: b });
      return { c, d };
    });
    expect(found).toEqual([
      [
        ["a", []],
        ["b", []],
        ["c", [0]],
        ["d", [0, 1]],
      ],
    ]);
  });

  test("those branches that may, next to others", () => {
    const { found } = groups((w, event) => {
      const all = {
        a: w.step(step("a"), { text: event.id }),
        b: w.step(step("b", { pool: other }), { text: event.id }),
        c: w.step(step("c"), { text: event.id }),
        d: w.step(step("d"), { text: event.id }, { apart: true }),
      };
      return w.approval("editor", { show: all, within: "1 day", otherwise: "approve" });
    });
    expect(found.toSorted()).toEqual([
      [
        ["a", []],
        ["c", []],
      ],
      [["b", undefined]],
      [["d", undefined]],
    ]);
  });

  test("a step that another branch waits for stays outside", () => {
    const { found, machine } = groups((w, event) => {
      const a = w.step(step("a"), { text: event.id });
      const b = w.step(step("b"), { text: event.id });
      const c = w.step(step("c", { pool: other }), { text: a.text });
      const d = w.step(step("d"), { text: a.text, any: b });
      return { c, d };
    });
    expect(JSON.stringify(machine)).toMatch(/"a signals".*"d waits for a"/);
    expect(found.flat().map(([, after]) => after)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("the timeouts of steps at the same time count once", () => {
    const { found } = groups((w, event) => {
      const a = w.step(slow("a"), { text: event.id });
      const [b, c, d] = [slow("b"), slow("c"), slow("d")].map((one) => w.step(one, { text: a.text }));
      return w.step(slow("e"), { any: { b, c, d } });
    });
    expect(found.map((steps) => steps.map(([path]) => path))).toEqual([["a", "b", "c", "d"], ["e"]]);
  });

  test("ten at most: then each branch has a message of its own", () => {
    const { found } = groups((w, event) => {
      const branch = (name: string) => {
        let before = w.step(step(`${name}0`), { text: event.id });
        for (let at = 1; at < 6; at++) before = w.step(step(`${name}${at}`), { text: before.text });
        return before;
      };
      return { a: branch("a"), b: branch("b") };
    });
    expect(found.map((steps) => steps.map(([path]) => path).join(" "))).toEqual([
      "a0 a1 a2 a3 a4 a5",
      "b0 b1 b2 b3 b4 b5",
    ]);
  });

  test("a plan says which, and why one has its own", () => {
    const workflow = workflowOf((w, event) => {
      const a = w.step(step("a"), { text: event.id });
      const [b, c] = [step("b"), step("c")].map((one) => w.step(one, { text: a.text }));
      const d = w.step(step("d"), { text: a.text }, { apart: true });
      return { b, c, d };
    });
    expect(describePlan(plan(workflow)).split("\n")).toEqual([
      "sample: on order.placed v1, within 1 hour",
      "  a",
      "  at once",
      "    - in one message",
      "        at once",
      "          - b",
      "          - c",
      "    (a message of its own: d has apart: true)",
      "    - d",
      "",
    ]);
  });

  test("a sequence has the machine that it had", () => {
    const { found } = groups((w, event) => {
      const a = w.step(step("a"), { text: event.id });
      return w.step(step("b"), { text: a.text });
    });
    expect(found).toEqual([
      [
        ["a", undefined],
        ["b", undefined],
      ],
    ]);
  });
});

describe("a group in a run", () => {
  const chain = workflowOf((w, event) => {
    const first = w.step(step("first"), { text: event.id });
    const second = w.step(step("second", { retry: { attempts: 3, backoff: "2 seconds" } }), {
      text: first.text,
      any: [first],
    });
    const third = w.step(step("third", { retry: { attempts: 1, backoff: "2 seconds" } }), {
      text: second.text,
      any: event,
    });
    return { first, third };
  });
  const text = (text: string): Reply => ({ result: { text } });
  const failure = (error: string): Reply => ({
    error,
    cause: { name: "TypeError", message: "no", path: "second" },
  });
  const run = (replies: Record<string, (message: any) => Reply>) =>
    runWorkflow(chain, order, (message) => replies[message.approval ?? message.step]!(message));

  test("has the same result as its steps alone", async () => {
    const ran = await run({
      first: ({ input }) => text(`1 ${input.text}`),
      second: ({ input }) => text(`2 ${input.text} ${JSON.stringify(input.any)}`),
      third: ({ input }) => text(`3 ${input.text} ${input.any.amount}`),
    });
    expect(ran.output).toEqual({ first: { text: "1 o1" }, third: { text: '3 2 1 o1 [{"text":"1 o1"}] 7' } });
    expect(ran.events).toBeLessThan(9);
  });

  test("a step is retried by its own policy, and those before it are not", async () => {
    let fails = 2;
    const ran = await run({
      first: () => text("1"),
      second: () => (fails-- > 0 ? failure("Millrace.Retry") : text("2")),
      third: () => text("3"),
    });
    expect(ran.status).toBe("SUCCEEDED");
    expect(ran.messages.map(({ step }) => step)).toEqual(["first", "second", "second", "second", "third"]);
  });

  test.each([
    ["second", "Millrace.Retry", 3],
    ["third", "Millrace.Retry", 1],
    ["second", "Millrace.GiveUp", 1],
  ])("a run fails with the error of %s: %s after %i attempts", async (bad, error, tries) => {
    const ran = await run({
      first: () => text("1"),
      second: () => text("2"),
      third: () => text("3"),
      [bad]: () => failure(error),
    });
    expect(ran).toMatchObject({ status: "FAILED", error, cause: expect.stringContaining('"TypeError"') });
    expect(ran.messages.filter(({ step }) => step === bad)).toHaveLength(tries);
  });

  test.each([true, false])("a person is asked about the step that asks, and answers %s", async (approved) => {
    let asks = true;
    const ran = await run({
      first: () => text("1"),
      second: () => (asks ? failure("Millrace.Ask") : text("2")),
      third: () => text("3"),
      operator: ({ path }) => {
        asks = false;
        expect(path).toBe("second/asks");
        return { result: { approved } };
      },
    });
    expect(ran).toMatchObject(
      approved ? { status: "SUCCEEDED" } : { status: "FAILED", error: "Millrace.Ask" },
    );
  });

  test("asl-validator accepts it", () => {
    expect(
      diagnose(
        machineOf((w, event) => {
          const a = w.step(step("a"), { text: event.id, any: event.note });
          w.each(
            event.lines,
            (line) => {
              const b = w.step(step("b"), { text: line, any: a });
              return w.step(step("c"), { text: b.text, any: b.note });
            },
            { as: "lines" },
          );
        }),
      ),
    ).toEqual([]);
  });
});
