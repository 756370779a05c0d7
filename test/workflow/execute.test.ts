import { expect, test } from "vitest";
import { and, at, eq, exists, gt, ne, not, or, orElse, text } from "../../lib/index.ts";
import { execute, order, type Run } from "./execute.ts";
import { check, print, textStep } from "./sample.ts";

const draft = textStep("draft");
const mix = textStep("mix");
const score = textStep("score");
const finish = textStep("finish");

test("a step is given what its input names, from the event and from other steps", async () => {
  const { inputs, output } = await execute(
    (w, event) => {
      const first = w.step(draft, { text: event.id, texts: event.lines });
      const second = w.step(finish, {
        text: first.text,
        any: { first, tags: event.tags, kept: [1, "two", null, true] },
      });
      return { first: first.text, second };
    },
    { draft: () => ({ result: { text: "d" } }), finish: () => ({ result: { text: "f" } }) },
  );
  expect(inputs).toEqual({
    draft: { text: "o1", texts: ["pen", "ink"] },
    finish: {
      text: "d",
      any: { first: { text: "d" }, tags: { colour: "red" }, kept: [1, "two", null, true] },
    },
  });
  expect(output).toEqual({ first: "d", second: { text: "f" } });
});

test("a missing value is omitted in an object, and null in a list, as a value and as the output", async () => {
  const run: Run = (w, event) => {
    w.step(draft, {
      text: event.note,
      any: { street: event.address.street, floor: event.address.floor, list: [event.note, 1] },
    });
    return { note: event.note, id: event.id };
  };
  const without = await execute(run);
  expect(without.inputs.draft).toEqual({ any: { list: [null, 1] } });
  expect(without.output).toEqual({ id: "o1" });
  const withAll = await execute(run, {}, { ...order, note: "n", address: { street: "s", floor: 2 } });
  expect(withAll.inputs.draft).toEqual({ text: "n", any: { street: "s", floor: 2, list: ["n", 1] } });
  expect(withAll.output).toEqual({ note: "n", id: "o1" });
});

test.each([[[]], [["pen"]], [["pen", "ink"]]])("the list %j stays a list wherever it goes", async (lines) => {
  const { inputs, output } = await execute(
    (w, event) => {
      const printed = w.each(event.lines, print);
      w.step(draft, { texts: event.lines, text: event.note, any: [event.lines, [event.lines]] });
      w.step(finish, { texts: printed });
      return { lines: event.lines, printed, boxes: at(event.shelves, 0).boxes };
    },
    { print: ({ input }) => ({ result: input.toUpperCase() }) },
    { ...order, lines, shelves: [{ name: "a", boxes: ["only"] }] },
  );
  const printed = lines.map((line) => line.toUpperCase());
  expect(inputs.draft).toEqual({ texts: lines, any: [lines, [lines]] });
  expect(inputs.finish).toEqual({ texts: printed });
  expect(output).toEqual({ lines, printed, boxes: ["only"] });
});

test("results leave a parallel branch, are also read inside it, and meet after it", async () => {
  const { inputs, output, seconds } = await execute(
    (w, event) => {
      const a1 = w.step(draft, { text: event.id }, { as: "a1" });
      const a2 = w.step(draft, { text: a1.text }, { as: "a2" });
      const b1 = w.step(draft, { text: event.id }, { as: "b1" });
      const end = w.step(finish, { any: [a1.text, a2.text, b1.text] });
      return { end, a1 };
    },
    {
      draft: ({ path }) => ({ result: { text: path }, after: path === "b1" ? 9 : 5 }),
      finish: () => ({ result: { text: "end" }, after: 1 }),
    },
  );
  expect(inputs.finish).toEqual({ any: ["a1", "a2", "b1"] });
  expect(output).toEqual({ end: { text: "end" }, a1: { text: "a1" } });
  expect(seconds).toBe(11);
});

test("results cross several parallels, outward one at a time", async () => {
  const { output } = await execute(
    (w) => {
      const a = w.step(draft, {}, { as: "a" });
      const b = w.step(draft, { text: a.text }, { as: "b" });
      const c = w.step(draft, { text: a.text }, { as: "c" });
      const d = w.step(draft, { text: b.text, texts: [c.text] }, { as: "d" });
      const x = w.step(draft, {}, { as: "x" });
      const end = w.step(finish, { any: { a, b, c, d, x } });
      return { a, b, c, d, x, end };
    },
    {
      draft: ({ path }) => ({ result: { text: path } }),
      finish: ({ input }) => ({ result: { text: Object.keys(input.any).join("") } }),
    },
  );
  expect(output).toEqual({
    a: { text: "a" },
    b: { text: "b" },
    c: { text: "c" },
    d: { text: "d" },
    x: { text: "x" },
    end: { text: "abcdx" },
  });
});

test("an iteration knows its item, its index, its path and those around it, to its last state", async () => {
  const { inputs, output } = await execute(
    (w, event) =>
      w.each(
        event.shelves,
        (shelf, at) => {
          const before = w.step(draft, { text: shelf.name, any: at });
          const boxes = w.each(
            shelf.boxes,
            (box, position) => {
              const one = w.step(mix, { text: box, any: position });
              return w.step(score, { text: one.text, any: [shelf.name, at, box, position, event.id] });
            },
            { as: "boxes" },
          );
          const prints = w.each(shelf.boxes, print, { after: [before] });
          return { name: shelf.name, before: before.text, boxes, prints };
        },
        { as: "shelves" },
      ),
    {
      draft: () => ({ result: { text: "d" } }),
      mix: () => ({ result: { text: "m" } }),
      score: ({ path }) => ({ result: { text: path } }),
      print: ({ input }) => ({ result: input }),
    },
  );
  expect(inputs["shelves[1]/draft"]).toEqual({ text: "b", any: 1 });
  expect(inputs["shelves[0]/boxes[1]/mix"]).toEqual({ text: "2", any: 1 });
  expect(inputs["shelves[0]/boxes[1]/score"]).toEqual({ text: "m", any: ["a", 0, "2", 1, "o1"] });
  expect(inputs["shelves[1]/print[0]"]).toBe("3");
  expect(output).toEqual([
    {
      name: "a",
      before: "d",
      boxes: [{ text: "shelves[0]/boxes[0]/score" }, { text: "shelves[0]/boxes[1]/score" }],
      prints: ["1", "2"],
    },
    { name: "b", before: "d", boxes: [{ text: "shelves[1]/boxes[0]/score" }], prints: ["3"] },
  ]);
});

test("within an iteration, branches and questions keep the item", async () => {
  const { output, inputs } = await execute(
    (w, event) =>
      w.each(
        event.lines,
        (line) => {
          const a = w.step(draft, { text: line });
          const b = w.step(mix, { text: line });
          const asked = w.approval("clerk", {
            show: { line, a: a.text, b: b.text },
            within: "1 minute",
            otherwise: "escalate",
          });
          return w.when(
            asked.approved,
            () => {
              const c = w.step(score, { text: line });
              return w.step(finish, { text: c.text, any: line }).text;
            },
            () => line,
          );
        },
        { as: "lines" },
      ),
    {
      clerk: ({ path, level }) =>
        path === "lines[0]/clerk" && level === 1
          ? { result: {}, after: 120 }
          : { result: { approved: path === "lines[0]/clerk", decidedBy: "ada" } },
      finish: () => ({ result: { text: "done" } }),
    },
  );
  expect(output).toEqual(["done", "ink"]);
  expect(inputs["lines[0]/finish"]?.any).toBe("pen");
  expect(inputs["lines[1]/clerk"]).toMatchObject({ line: "ink" });
});

test.each([
  [true, { value: "yes", kept: "yes", maybe: { text: "m" } }, ["check", "draft", "mix", "finish"]],
  [false, { value: "no", kept: "no" }, ["check", "score", "finish"]],
])("a branch's value is the value outside, if it is taken: %j", async (fine, output, steps) => {
  const ran = await execute(
    (w, event) => {
      const checked = w.step(check, { text: event.id });
      const value = w.when(
        checked.fine,
        () => w.step(draft, {}).text,
        () => w.step(score, {}).text,
        { as: "choice" },
      );
      const maybe = w.when(and(checked.fine, eq(value, "yes")), () => w.step(mix, {}), undefined, {
        as: "maybe",
      });
      w.step(finish, { text: maybe.text, any: { maybe, there: exists(maybe), value } });
      return { value, kept: value, maybe };
    },
    {
      check: () => ({ result: { fine, score: 1 } }),
      draft: () => ({ result: { text: "yes" } }),
      score: () => ({ result: { text: "no" } }),
      mix: () => ({ result: { text: "m" } }),
    },
  );
  expect(ran.output).toEqual(output);
  expect(ran.messages.map(({ step }) => step)).toEqual(steps);
  expect(ran.inputs.finish).toEqual(
    fine
      ? { text: "m", any: { maybe: { text: "m" }, there: true, value: "yes" } }
      : { any: { there: false, value: "no" } },
  );
});

test("a branch without steps gives its value, and one that is not taken gives none across a parallel", async () => {
  const { output } = await execute(
    (w, event) => {
      const checked = w.step(check, { text: event.id });
      const label = w.when(
        gt(checked.score, 3),
        () => "high",
        () => text`low: ${checked.score} of ${event.id}`,
        { as: "label" },
      );
      const gone = w.when(checked.fine, () => w.step(draft, {}), undefined, { as: "gone" });
      const end = w.step(finish, { any: { label, gone } });
      return { label, gone, end };
    },
    {
      check: () => ({ result: { fine: false, score: 2 } }),
      finish: ({ input }) => ({ result: { text: JSON.stringify(input) } }),
    },
  );
  expect(output).toEqual({ label: "low: 2 of o1", end: { text: '{"any":{"label":"low: 2 of o1"}}' } });
});

test.each([
  ["reject", { approved: false, decidedBy: "timeout" }],
  ["approve", { approved: true, decidedBy: "timeout" }],
] as const)("a timeout counts as a decision: %s", async (otherwise, decision) => {
  const silent = { editor: () => undefined };
  const last = await execute(
    (w, event) => w.approval("editor", { show: { id: event.id }, within: "30 minutes", otherwise }),
    silent,
  );
  expect(last).toMatchObject({ output: decision, seconds: 1800 });
  const before = await execute((w) => {
    const asked = w.approval("editor", { show: {}, within: "30 minutes", otherwise });
    w.step(draft, { text: asked.decidedBy, any: { asked, note: asked.note } });
  }, silent);
  expect(before.inputs.draft).toEqual({ text: "timeout", any: { asked: decision } });
});

test("an approval without a decision is opened again, one level up", async () => {
  const { messages, output } = await execute(
    (w) => w.approval("editor", { show: {}, within: "30 minutes", otherwise: "escalate" }).note,
    {
      editor: ({ level }) =>
        level === 1 ? undefined : { result: { approved: true, decidedBy: "eve", note: "late" }, after: 10 },
    },
  );
  expect(messages.map(({ level, within, path }) => ({ level, within, path }))).toEqual([
    { level: 1, within: 1_800_000, path: "editor" },
    { level: 2, within: undefined, path: "editor" },
  ]);
  expect(output).toBe("late");
});

test("conditions and helpers mean what they say", async () => {
  const { output } = await execute(
    (w, event) => {
      const checked = w.step(check, {});
      return {
        eq: eq(event.id, "o1"),
        ne: ne(event.id, "o1"),
        neMissing: ne(event.note, "x"),
        eqNull: eq(event.coupon, null),
        not: not(gt(event.amount, 3)),
        both: and(checked.fine, or(eq(event.id, "no"), gt(event.amount, 6))),
        there: exists(event.coupon),
        orElse: orElse(event.note, "none"),
        orElseRef: orElse(event.coupon, event.id),
        first: at(event.lines, 0),
        last: at(event.lines, -1),
        beyond: at(event.lines, 9),
        tag: at(event.tags, "colour"),
        noTag: at(event.tags, "size"),
        dynamic: at(event.tags, at(event.lines, 9) as never),
        field: at(event.shelves, 1).name,
        text: text`${event.id}: ${event.amount} "it's" {% ${checked.fine}`,
      };
    },
    { check: () => ({ result: { fine: true, score: 1 } }) },
  );
  expect(output).toEqual({
    eq: true,
    ne: false,
    neMissing: true,
    eqNull: true,
    not: false,
    both: true,
    there: false,
    orElse: "none",
    orElseRef: "o1",
    first: "pen",
    last: "ink",
    tag: "red",
    field: "b",
    text: `o1: 7 "it's" {% true`,
  });
});

test("texts that look like JSONata, and names that JSONata would read otherwise, come through as they are", async () => {
  const odd = {
    "{% x %}": "{% $states.input %}",
    "a b": `"quoted" 'both'`,
    and: "{%",
    "tick`s": "\n\\ \u2028",
    plain: "100 %} {%",
  };
  const { inputs } = await execute((w, event) => {
    w.step(draft, { text: "{% 1 + 1 %}", any: odd });
    w.step(mix, { text: event.note, any: odd });
  });
  expect(inputs.draft).toEqual({ text: "{% 1 + 1 %}", any: odd });
  expect(inputs.mix).toEqual({ any: odd });
});
