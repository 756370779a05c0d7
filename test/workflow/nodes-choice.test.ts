import { expect, test } from "vitest";
import * as z from "zod";
import { compile, defineEvent, defineWorkflow } from "../../lib/index.ts";
import { diagnose } from "./diagnose.ts";
import { runWorkflow } from "./engine.ts";
import { bindings, textStep } from "./sample.ts";

const Paid = defineEvent("bill.paid", {
  version: 1,
  schema: z.object({ id: z.string(), kind: z.enum(["cash", "card", "gift"]), coin: z.string() }),
});
const count = textStep("count");
const charge = textStep("charge");
const after = textStep("after");

const settle = defineWorkflow("settle", {
  on: Paid,
  run: (w, bill) => {
    const settled = w.match(bill.kind, {
      cash: () => w.step(count, { text: bill.id }).text,
      card: () => w.step(charge, { text: bill.id }).text,
      gift: () => "for nothing",
    });
    w.step(after, { text: settled });
    return settled;
  },
});

test.each([
  ["cash", "counted", ["count", "after"]],
  ["card", "charged", ["charge", "after"]],
  ["gift", "for nothing", ["after"]],
])("the value %s takes its branch, whose value is the result", async (kind, output, steps) => {
  const run = await runWorkflow(settle, { id: "b1", kind, coin: "" }, ({ step }) => ({
    result: { text: { count: "counted", charge: "charged", after: "" }[step as string] },
  }));
  expect(run).toMatchObject({ status: "SUCCEEDED", output });
  expect(run.messages.map(({ step }) => step)).toEqual(steps);
  expect(run.messages.at(-1).input).toEqual({ text: output });
});

test("a choice of cases, whole", () => {
  const machine = compile(settle, bindings);
  expect(machine.States["match event.kind"]).toEqual({
    Type: "Choice",
    Choices: [
      { Condition: "{% $states.context.Execution.Input.event.kind = 'cash' %}", Next: "count" },
      { Condition: "{% $states.context.Execution.Input.event.kind = 'card' %}", Next: "charge" },
      {
        Condition: "{% $states.context.Execution.Input.event.kind = 'gift' %}",
        Assign: { matchEventKind: "for nothing" },
        Next: "after",
      },
    ],
  });
  expect(diagnose(machine)).toEqual([]);
});

test("a value that no contract allows fails the run", async () => {
  const run = await runWorkflow(settle, { id: "b1", kind: "barter", coin: "" }, () => undefined);
  expect(run).toMatchObject({ status: "FAILED", error: "States.NoChoiceMatched", messages: [] });
});

const change = defineWorkflow("change", {
  on: Paid,
  run: (w, bill) =>
    w.match(
      bill.coin,
      { euro: () => w.step(count, { text: "€" }).text, "it's other": () => "odd" },
      () => w.step(charge, { text: bill.coin }).text,
      { as: "coin" },
    ),
});

test.each([
  ["euro", "count"],
  ["it's other", "odd"],
  ["dollar", "charge"],
])("any other text takes the other way: %s", async (coin, output) => {
  const run = await runWorkflow(change, { id: "b1", kind: "cash", coin }, ({ step }) => ({
    result: { text: step },
  }));
  expect(run).toMatchObject({ status: "SUCCEEDED", output });
});

test("a match without a case is refused", () => {
  const empty = defineWorkflow("empty", { on: Paid, run: (w, bill) => w.match(bill.coin, {}, () => 1) });
  expect(() => compile(empty, bindings)).toThrow(/^"match event\.coin" has no case/);
});

test("within an iteration, a choice keeps the item to its end", async () => {
  const each = defineWorkflow("each-bill", {
    on: defineEvent("bills.paid", {
      version: 1,
      schema: z.object({
        bills: z.array(z.object({ kind: z.enum(["cash", "card"]), id: z.string() })).max(3),
      }),
    }),
    run: (w, { bills }) =>
      w.each(
        bills,
        (bill) => {
          const settled = w.match(bill.kind, {
            cash: () => w.step(count, { text: bill.id }).text,
            card: () => "card",
          });
          return w.step(after, { text: settled, any: bill.id }).text;
        },
        { as: "bills" },
      ),
  });
  const bills = [
    { kind: "cash", id: "1" },
    { kind: "card", id: "2" },
  ];
  const run = await runWorkflow(each, { bills }, ({ path, input }) => ({
    result: { text: `${path} ${input.text} ${input.any ?? ""}`.trim() },
  }));
  expect(run.output).toEqual(["bills[0]/after bills[0]/count 1 1", "bills[1]/after card 2"]);
});
