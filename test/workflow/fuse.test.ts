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

  test("asl-validator has nothing against it", () => {
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
