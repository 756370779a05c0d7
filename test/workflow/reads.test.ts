import { expect, test } from "vitest";
import * as z from "zod";
import {
  and,
  at,
  compile,
  defineStep,
  eq,
  exists,
  gt,
  jsonata,
  orElse,
  plan,
  type Ref,
  size,
  text,
  type WorkflowBuilder,
} from "../../lib/index.ts";
import { readsOf } from "../../lib/workflow/reads.ts";
import { bindings, OrderPlaced, textStep, workflowOf } from "./sample.ts";

const Board = z.object({
  title: z.string(),
  score: z.object({ value: z.number(), why: z.string() }),
  scenes: z.array(z.object({ kind: z.string(), text: z.string(), takes: z.array(z.string()).max(3) })).max(5),
  lines: z.array(z.string()).max(5),
  dueAt: z.string(),
  tags: z.record(z.string(), z.string()),
  note: z.string().optional(),
  "a.b": z.object({ c: z.boolean() }),
});
const draw = defineStep("draw", {
  input: z.object({ text: z.string().optional() }),
  output: Board,
  timeout: "1 minute",
});
const use = textStep("use");
const other = textStep("other");

function reads(
  run: (w: WorkflowBuilder, board: Ref<z.infer<typeof Board>>) => unknown,
  node = "draw",
): string[] {
  return readsOf(plan(workflowOf((w) => run(w, w.step(draw, {})))).block).readsOf(node);
}

type Case = [string, Parameters<typeof reads>[0], string[]];

test.each<Case>([
  ["a result that is not read", () => undefined, []],
  ["a value that goes into a step", (w, board) => w.step(use, { any: [board, board.title] }), []],
  ["a value that is shown, or is the output", (w, board) => w.approval("chief", { show: { board } }), []],
  ["a condition", (w, board) => w.when(gt(board.score.value, 3), () => w.step(use, {})), ["score.value"]],
  [
    "conditions within conditions",
    (w, board) =>
      w.when(and(eq(board.title, "x"), gt(board.score.value, 3)), () => w.step(use, {}), undefined, {
        as: "c",
      }),
    ["score.value", "title"],
  ],
  ["whether there is a value", (w, board) => w.when(exists(board.note), () => w.step(use, {})), []],
  ["a value with another in its place", (w, board) => w.step(use, { text: orElse(board.note, "-") }), []],
  [
    "a condition on a value with another in its place",
    (w, board) => w.when(eq(orElse(board.note, "-"), "x"), () => w.step(use, {}), undefined, { as: "c" }),
    ["note"],
  ],
  ["a text", (w, board) => w.step(use, { text: text`Film ${board.title}` }), ["title"]],
  ["a time", (w, board) => w.sleepUntil(board.dueAt), ["dueAt"]],
  ["a length of time", (w, board) => w.sleep(board.title), ["title"]],
  ["a key", (w, board) => w.waitFor(OrderPlaced, { key: board.title }), ["title"]],
  ["a reason", (w, board) => w.escalate("chief", { why: board.score.why, show: {} }), ["score.why"]],
  ["JSONata", (w, board) => w.step(use, { any: jsonata`$sum(${board.score})` }), ["score"]],
  ["one item of a list", (w, board) => w.step(use, { text: orElse(at(board.lines, 0), "") }), ["lines[]"]],
  [
    "a value of a record by a name in hand",
    (w, board) => w.step(use, { any: at(board.tags, board.title) }),
    ["title"],
  ],
  ["how long a list is", (w, board) => w.when(gt(size(board.lines), 2), () => w.step(use, {})), ["lines[]"]],
  [
    "a list that is iterated",
    (w, board) => w.each(board.lines, (line) => w.step(use, { text: line }), { as: "lines" }),
    ["lines[]"],
  ],
  [
    "a list of which a field of each item is read",
    (w, board) =>
      w.each(
        board.scenes,
        (scene) => {
          w.each(scene.takes, (take) => w.step(other, { text: take }), { as: "takes" });
          w.when(eq(scene.kind, "wide"), () => w.step(use, { text: scene.text }), undefined, { as: "c" });
        },
        { as: "scenes" },
      ),
    ["scenes[]", "scenes[].kind", "scenes[].takes[]"],
  ],
  [
    "items that are read as a whole",
    (w, board) =>
      w.each(board.lines, (line) => w.when(eq(line, "x"), () => w.step(use, {}), undefined, { as: "c" }), {
        as: "lines",
      }),
    ["lines", "lines[]"],
  ],
  [
    "a list of several values that is iterated",
    (w, board) =>
      w.each(
        w.when(
          exists(board.note),
          () => [board.title],
          () => [board.title, board.dueAt],
          { as: "c" },
        ),
        (line) => w.step(use, { text: line }),
        { as: "lines" },
      ),
    [],
  ],
  [
    "a field whose name reads like a path",
    (w, board) => w.when(board["a.b"].c, () => w.step(use, {}), undefined, { as: "c" }),
    [""],
  ],
])("%s", (_what, run, expected) => {
  expect(reads(run)).toEqual(expected);
});

test("reads are found through branches, fallbacks, iterations and loops", () => {
  const through = (w: WorkflowBuilder, board: Ref<z.infer<typeof Board>>) => {
    const merged = w.when(
      gt(board.score.value, 1),
      () => ({ inner: { best: board.title } }),
      () => ({ inner: { best: w.step(use, {}, { as: "worse" }).text } }),
      { as: "merged" },
    );
    const tried = w.step(use, {}, { as: "tried", fallback: () => ({ text: board.dueAt }) });
    const made = w.each(board.scenes, (scene) => ({ made: w.step(use, { text: scene.text }) }), {
      as: "made",
    });
    const rounds = w.repeat(
      {
        as: "rounds",
        state: z.object({ best: z.string(), rest: z.string() }),
        initial: { best: board.score.why, rest: board.title },
        until: (state) => eq(state.best, "good"),
        most: 3,
      },
      (state) => ({ best: w.step(other, { text: state.rest }).text, rest: state.rest }),
    );
    w.step(use, { text: text`${merged.inner.best} ${tried.text}` }, { as: "joined" });
    w.when(
      eq(orElse(at(made, 0).made.text, ""), "x"),
      () => w.step(use, { text: rounds.state.rest }, { as: "end" }),
      undefined,
      {
        as: "last",
      },
    );
  };
  expect(reads(through)).toEqual(["dueAt", "scenes[]", "score.value", "score.why", "title"]);
  expect(reads(through, "worse")).toEqual(["text"]);
  expect(reads(through, "tried")).toEqual(["text"]);
  expect(reads(through, "use")).toEqual(["text"]);
  expect(reads(through, "other")).toEqual(["text"]);
  expect(reads(through, "joined")).toEqual([]);
});

test("a step's message lists the read parts of its result", () => {
  const machine = compile(
    workflowOf((w) => w.when(gt(w.step(draw, {}).score.value, 3), () => w.step(use, {}))),
    bindings,
  );
  expect(machine.States).toMatchObject({
    draw: { Arguments: { MessageBody: { reads: ["score.value"] } } },
    use: { Arguments: { MessageBody: { reads: [] } } },
  });
});
