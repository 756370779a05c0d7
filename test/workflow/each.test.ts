import { expect, test } from "vitest";
import * as z from "zod";
import { compile, defineEvent, defineWorkflow, describePlan, plan, type Workflow } from "../../lib/index.ts";
import { diagnose } from "./diagnose.ts";
import { runWorkflow } from "./engine.ts";
import { execute, order, type Run } from "./execute.ts";
import { bindings, machineOf, print, textStep, workflowOf } from "./sample.ts";

const draft = textStep("draft");
const finish = textStep("finish");

/** Fails for the items that are named. */
const failing =
  (...items: string[]) =>
  ({ input }: any) =>
    items.includes(input)
      ? { error: "Millrace.GiveUp", cause: { message: "no ink" } }
      : { result: input.toUpperCase() };

const lines = (count: number) => ({ ...order, lines: Array.from({ length: count }, (_, at) => `l${at}`) });

const tolerating =
  (tolerate: number | `${number}%`): Run =>
  (w, event) => ({ printed: w.each(event.lines, print, { tolerate }) });

test.each<[number | `${number}%`, number, string[]]>([
  [1, 3, []],
  [1, 3, ["l1"]],
  [2, 3, ["l0", "l2"]],
  ["50%", 4, ["l0", "l1"]],
  ["34%", 3, ["l2"]],
  ["100%", 1, ["l0"]],
  [1, 0, []],
])("%s of %d items may fail, and %j do: their results are null", async (tolerate, count, failed) => {
  const { output } = await execute(tolerating(tolerate), { print: failing(...failed) }, lines(count));
  const { lines: items } = lines(count);
  expect(output).toEqual({
    printed: items.map((item) => (failed.includes(item) ? null : item.toUpperCase())),
  });
});

test.each<[number | `${number}%`, number, string[], string]>([
  [
    1,
    3,
    ["l0", "l2"],
    'Of the items of "each print", 2 of 3 failed, where 1 may; the first by Millrace.GiveUp',
  ],
  [
    "33%",
    3,
    ["l1", "l2"],
    'Of the items of "each print", 2 of 3 failed, where 33% may; the first by Millrace.GiveUp',
  ],
])(
  "%s of %d items may fail, but %j do: the run fails and says how many",
  async (tolerate, count, failed, cause) => {
    const ran = execute(tolerating(tolerate), { print: failing(...failed) }, lines(count));
    await expect(ran).rejects.toThrow("Millrace.TooManyFailed");
    await expect(ran).rejects.toHaveProperty("cause", cause);
  },
);

test("without tolerance one failure fails the run, by its own error", async () => {
  const run: Run = (w, event) => w.each(event.lines, print);
  await expect(execute(run, { print: failing("ink") })).rejects.toThrow("Millrace.GiveUp");
});

test.each([[[["one"]]], [[["one"], []]], [[[], ["a", "b"]]]])(
  "results that are lists are preserved next to failed items: %j",
  async (boxes) => {
    const shelves = [
      ...boxes.map((list, at) => ({ name: `s${at}`, boxes: list })),
      { name: "broken", boxes: [] },
    ];
    const { output } = await execute(
      (w, event) =>
        w.each(
          event.shelves,
          (shelf) => {
            w.step(draft, { text: shelf.name });
            return shelf.boxes;
          },
          { as: "shelves", tolerate: 1 },
        ),
      {
        draft: ({ input }) =>
          input.text === "broken" ? { error: "Millrace.Retry" } : { result: { text: "" } },
      },
      { ...order, shelves },
    );
    expect(output).toEqual([...boxes, null]);
  },
);

test("any failure within an item's body is its failure: a branch, an iteration, one of two in parallel", async () => {
  const { output } = await execute(
    (w, event) =>
      w.each(
        event.shelves,
        (shelf) => {
          const a = w.step(draft, { text: shelf.name });
          const boxes = w.each(shelf.boxes, print, { as: "boxes" });
          return w.step(finish, { any: [a.text, boxes] }).text;
        },
        { as: "shelves", tolerate: "50%" },
      ),
    {
      draft: ({ path }) => ({ result: { text: path } }),
      finish: ({ path }) => ({ result: { text: path } }),
      print: failing("2"),
    },
  );
  expect(output).toEqual([null, "shelves[1]/finish"]);
});

test("what is read of the results after them, with a place for what failed", async () => {
  const { inputs } = await execute(
    (w, event) => {
      const printed = w.each(event.lines, print, { tolerate: 1 });
      w.step(finish, { any: printed });
    },
    { print: failing("pen") },
  );
  expect(inputs.finish).toEqual({ any: [null, "INK"] });
});

test("the states of a tolerant iteration", () => {
  const machine = machineOf((w, event) => {
    w.each(event.lines, print, { tolerate: "25%" });
  });
  const States = machine.States as any;
  expect(Object.keys(States)).toEqual([
    "each print",
    "each print tolerance",
    "each print failed",
    "each print done",
  ]);
  expect(States["each print"].ItemProcessor.States["each print item"]).toMatchObject({
    Type: "Parallel",
    Catch: [
      {
        ErrorEquals: ["States.ALL"],
        Output: { failed: true, error: "{% $states.errorOutput.Error %}" },
        Next: "each print item failed",
      },
    ],
    Output: "{% $states.result[0] %}",
    End: true,
  });
  expect(States["each print tolerance"]).toEqual({
    Type: "Choice",
    Choices: [
      {
        Condition: "{% $count($eachPrint_items[failed]) * 100 > $count($eachPrint_items) * 25 %}",
        Next: "each print failed",
      },
    ],
    Default: "each print done",
  });
  expect(diagnose(machine)).toEqual([]);
});

const Words = defineEvent("words.sent", {
  version: 1,
  schema: z.object({ words: z.array(z.string()), few: z.array(z.string()).max(3) }),
});

const over = (list: "words" | "few", most?: number) =>
  defineWorkflow("sample", {
    on: Words,
    run: (w, event) => ({ printed: w.each(event[list], print, most === undefined ? {} : { most }) }),
  });

const send = (workflow: Workflow, count: number) => {
  const words = Array.from({ length: count }, (_, at) => `w${at}`);
  return runWorkflow(workflow, { words, few: words }, ({ input }) => ({ result: input }));
};

test.each([
  ["of unknown length", "words", undefined, 1_000],
  ["that may be shorter than its schema says", "few", 2, 2],
  ["with a bound of its own", "words", 3, 3],
] as const)("a list %s is refused if it is longer than its bound", async (_what, list, most, bound) => {
  const workflow = over(list, most);
  expect(diagnose(compile(workflow, bindings))).toEqual([]);
  expect((await send(workflow, bound)).output.printed).toHaveLength(bound);
  expect(await send(workflow, bound + 1)).toMatchObject({
    status: "FAILED",
    error: "Millrace.TooManyItems",
    cause: expect.stringContaining(`The list of "each print" has ${bound + 1} items, where ${bound} may be.`),
    messages: [],
  });
});

test("a list with a bound in its schema needs no check of its length", () => {
  const states = (workflow: Workflow) => Object.keys(compile(workflow, bindings).States);
  expect(states(over("few"))).not.toContain("each print too long");
  expect(states(over("few", 3))).not.toContain("each print too long");
  expect(states(over("words"))).toEqual(["each print", "each print too long", "each print items"]);
});

test("the plan's text says how many there may be, and how many may fail", () => {
  const text = describePlan(
    plan(workflowOf((w, event) => w.each(event.lines, print, { tolerate: 2, most: 4, concurrency: 3 }))),
  );
  expect(text).toContain("each print, up to 4 items, 3 at once, 2 may fail");
});

test("a fan-out that would fill an execution's history is refused, with the ways out", () => {
  const fanOut = defineWorkflow("sample", {
    on: Words,
    run: (w, event) =>
      w.each(event.words, (word) => w.each(event.words, () => w.step(print, word), { as: "inner" }), {
        as: "outer",
      }),
  });
  expect(() => compile(fanOut, bindings)).toThrow(
    /^A run of workflow "sample" could write \d+ history events; Step Functions ends an execution at 25000\. Lower the maxItems of the lists in w\.each, or the "most" of w\.each and w\.repeat\. Or do more in one step, or run each item with w\.child, which has its own history\.$/,
  );
});

test.each<[string, object, RegExp]>([
  [
    "no number",
    { tolerate: 0 },
    /^The "tolerate" of each "print" is 0\. It must be a whole number of items, 1 or more, or a share of the list as in "25%"\.$/,
  ],
  ["a share beyond all", { tolerate: "101%" }, /^The "tolerate" of each "print" is 101%\./],
  ["a word", { tolerate: "some" }, /^The "tolerate" of each "print" is some\./],
  [
    "no length",
    { most: 0 },
    /^The "most" of each "print" is 0\. Give a whole number of items from 1 to 100000\.$/,
  ],
])("%s is refused", (_what, options, message) => {
  expect(() => machineOf((w, event) => w.each(event.lines, print, options as object))).toThrow(message);
});
