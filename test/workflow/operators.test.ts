import { expect, test } from "vitest";
import {
  contains,
  dividedBy,
  eq,
  gt,
  includes,
  jsonata,
  lowerCase,
  minus,
  plan,
  plus,
  present,
  size,
  text,
  times,
} from "../../lib/index.ts";
import { runWorkflow } from "./engine.ts";
import { print, textStep, workflowOf } from "./sample.ts";

const order = {
  id: "O'1",
  amount: 7,
  lines: ["pen"],
  shelves: [
    { name: "a", boxes: ["1", "2"] },
    { name: "b", boxes: [] },
  ],
  tags: {},
  coupon: null,
};
const evaluate = async (run: Parameters<typeof workflowOf>[0], event: object = order) => {
  const { output, status, cause } = await runWorkflow(workflowOf(run), event, () => ({ result: "p" }));
  expect([status, cause]).toEqual(["SUCCEEDED", undefined]);
  return output;
};

test("small computations", async () => {
  const output = await evaluate((w, order) => {
    w.step(print, "x");
    return {
      sum: plus(order.amount, 3),
      nested: times(plus(order.amount, 1), minus(order.amount, 5)),
      left: minus(10, order.amount),
      divided: dividedBy(order.amount, 2),
      size: size(order.lines),
      more: size(order.shelves),
      large: gt(size(order.lines), 0),
      has: includes(order.lines, "pen"),
      hasNot: includes(order.lines, order.id),
      contains: contains(order.id, "'"),
      lower: lowerCase(order.id),
      same: eq(lowerCase(order.id), "o'1"),
      said: text`${plus(order.amount, 1)} left`,
    };
  });
  expect(output).toEqual({
    sum: 10,
    nested: 16,
    left: 3,
    divided: 3.5,
    size: 1,
    more: 2,
    large: true,
    has: true,
    hasNot: false,
    contains: true,
    lower: "o'1",
    same: true,
    said: "8 left",
  });
});

test.each([
  [[], 0, false],
  [["pen", "pen"], 2, true],
])("the list %j is counted and searched", async (lines, count, has) => {
  const output = await evaluate(
    (w, order) => {
      w.step(print, "x");
      return { count: size(order.lines), has: includes(order.lines, "pen") };
    },
    { ...order, lines },
  );
  expect(output).toEqual({ count, has });
});

test("an existing value is passed on unchanged, typed as present", async () => {
  const output = await evaluate(
    (w, order) => {
      w.step(print, present(order.note));
      return {
        note: present(order.note),
        street: present(order.address).street,
        missing: present(order.coupon),
      };
    },
    { ...order, note: "fragile", address: { street: "Quay 1" } },
  );
  expect(output).toEqual({ note: "fragile", street: "Quay 1", missing: null });
});

test("a missing value is not passed on", async () => {
  const workflow = workflowOf((w, order) => w.step(print, present(order.note)));
  const { status, error } = await runWorkflow(workflow, order, () => ({ result: "p" }));
  expect([status, error]).toEqual(["FAILED", "States.QueryEvaluationError"]);
});

test("JSONata with references inside, wherever a value may be", async () => {
  const output = await evaluate((w, order) => {
    const boxes = jsonata<number>`$sum(${order.shelves}.$count(boxes))`;
    const names = jsonata<string[]>`[${order.shelves}[name = 'a'].name]`;
    w.step(print, jsonata<string>`$uppercase(${order.id}) & '!'`, { as: "first" });
    return {
      boxes,
      doubled: times(boxes, 2),
      names,
      nothing: jsonata<string | undefined>`${order.shelves}[name = 'z'].name`,
      chosen: w.when(
        gt(boxes, 1),
        () => "many",
        () => "few",
        { as: "chosen" },
      ),
      printed: w.each(names, print, { as: "names" }),
    };
  });
  expect(output).toEqual({ boxes: 2, doubled: 4, names: ["a"], chosen: "many", printed: ["p"] });
});

test.each<[string, Parameters<typeof workflowOf>[0], RegExp]>([
  [
    "does not parse",
    (_w, order) => jsonata`$sum(${order.amount}`,
    /^The JSONata does not parse: Expected "\)" before end of expression/,
  ],
  [
    "is of a later version",
    (_w, order) => jsonata`${order.note} ?? 'none'`,
    /^The JSONata does not parse: .* The version is 2\.0\.6\.$/,
  ],
  [
    "has a reference in quotes",
    (_w, order) => jsonata`'order ${order.id}'`,
    /^The JSONata has reference 1 inside a string or a name, where it is not evaluated\. Join strings with "&"\.$/,
  ],
  ["ends early", (_w, order) => jsonata`${order.id} & '%}'`, /^The JSONata contains "\{%" or "%\}"/],
  ["has no reference", () => jsonata`1 + 1`, /^jsonata contains no reference/],
])("JSONata that %s is refused, with its place", (_what, run, message) => {
  const place = expect.stringMatching(/operators\.test\.ts:\d+:\d+$/);
  expect(() => plan(workflowOf(run))).toThrow(expect.objectContaining({ place }));
  expect(() => plan(workflowOf(run))).toThrow(message);
});

test("a node may be named like a function of JSONata", async () => {
  const output = await evaluate((w, order) => {
    const sum = w.step(textStep("sum"), { text: order.id });
    const count = w.step(textStep("count"), { any: sum });
    w.step(print, "x", { after: [count] });
    return { size: size(order.lines), total: jsonata<number>`$sum(${order.amount})`, kept: [sum, count] };
  });
  expect(output).toEqual({ size: 1, total: 7, kept: ["p", "p"] });
});

test.each([
  ["a list", ["pen"]],
  ["an empty list", []],
  ["a list that is kept elsewhere", { "millrace:ref": { uri: "s3://b/k", bytes: 9, sha256: "s" } }],
])("a list of lists stays one with an optional neighbour: %s", async (_what, lines) => {
  const output = await evaluate(
    (w, order) => {
      w.step(print, "x");
      return { note: order.note, kept: [order.lines, [order.id], order.lines, order.coupon] };
    },
    { ...order, lines },
  );
  expect(output).toEqual({ kept: [lines, ["O'1"], lines, null] });
});
