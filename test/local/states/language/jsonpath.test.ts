import { expect, test } from "vitest";
import { lookUp, readPath, writePath } from "../../../../local/states/jsonpath/index.ts";

const data = {
  input: {
    order: { id: "o-1", lines: [{ sku: "a", price: 5 }, { sku: "b", price: 15 }, { sku: "c" }] },
    "odd key": 1,
    "dash-ed": 2,
    nothing: null,
  },
  context: { Execution: { Name: "run-1" } },
  variables: { limit: { price: 10 } },
};

test.each([
  ["$.order.id", "o-1"],
  ["$['order']['id']", "o-1"],
  ["$.dash-ed", 2],
  ["$['odd key']", 1],
  ["$.nothing", null],
  ["$.order.lines[1].sku", "b"],
  ["$.order.lines[-1].sku", "c"],
  ["$.order.lines.[1].sku", "b"],
  ["$.['order'].id", "o-1"],
  ["$$.Execution.Name", "run-1"],
  ["$limit.price", 10],
  ["$.order.lines.length()", 3],
  ["$..price.sum()", 20],
])("%s names one value", (path, expected) => {
  expect(readPath(path, data)).toEqual(expected);
});

test.each([
  ["$.order.lines[*].sku", ["a", "b", "c"]],
  ["$.order.lines[0,2].sku", ["a", "c"]],
  ["$.order.lines[1:].sku", ["b", "c"]],
  ["$.order.lines[:-1].sku", ["a", "b"]],
  ["$..price", [5, 15]],
  ["$.order.lines[?(@.price)].sku", ["a", "b"]],
  ["$.order.lines.[?(@.price)].sku", ["a", "b"]],
  ["$.order.lines[?(@.price > $limit.price)].sku", ["b"]],
  ["$.order.lines[?(@.sku == 'a' || @.sku == 'c')].sku", ["a", "c"]],
  ["$.order.lines[?(!(@.sku == 'a') && @.price < 20)].sku", ["b"]],
  ["$.order.lines[?(@.sku in ['a', 'b'])].price", [5, 15]],
  ["$.order.lines[?(@.sku =~ /[AB]/i)].sku", ["a", "b"]],
  ["$.order.lines[?(@.price == 99)]", []],
])("%s names a list", (path, expected) => {
  expect(readPath(path, data)).toEqual(expected);
});

test.each(["$.missing[*].x", "$.missing[:1]", "$.missing[?(@.a)]", "$.order.missing[1:5].x"])(
  "%s finds an empty list where the way to it ends",
  (path) => {
    expect(readPath(path, data)).toEqual([]);
  },
);

test.each([
  ["$.missing", "No results for path: $['missing']"],
  ["$.order.lines[7]", "No results for path: $['order']['lines'][7]"],
  ["$.missing.inner", "Missing property in path $['missing']"],
])("%s finds nothing, and why is said as the service says it", (path, reason) => {
  expect(lookUp(path, data)).toEqual({ found: false, reason });
  expect(() => readPath(path, data)).toThrow(
    expect.objectContaining({ error: "States.Runtime", cause: `Invalid path '${path}' : ${reason}` }),
  );
});

test("a backslash in a quoted name escapes nothing but the quote", () => {
  const input = { 'say "\\"hi': 1, "it's": 2 };
  expect(readPath(`$['say "\\"hi']`, { ...data, input })).toBe(1);
  expect(readPath("$['it\\'s']", { ...data, input })).toBe(2);
});

test.each(["order", "$.", "$[", "$.a b", "$.a[x]", "$.a.nope()", "$.a[?(@.b]"])("%s is no path", (path) => {
  expect(() => readPath(path, data)).toThrow(/position \d+ of/);
});

test("a value is written into a copy", () => {
  const document = { a: { b: 1 }, list: [1, 2] };
  expect(writePath("$", document, 9)).toBe(9);
  expect(writePath("$.c", document, 9)).toEqual({ ...document, c: 9 });
  expect(writePath("$.a.x.y", document, 9)).toEqual({ ...document, a: { b: 1, x: { y: 9 } } });
  expect(writePath("$.list[1]", document, 9)).toEqual({ ...document, list: [1, 9] });
  expect(document).toEqual({ a: { b: 1 }, list: [1, 2] });
});

test.each(["$.a.b.c", "$.list[2]", "$.list.x"])("%s cannot be written to", (path) => {
  expect(() => writePath(path, { a: { b: 1 }, list: [1, 2] }, 9)).toThrow(
    expect.objectContaining({ error: "States.ResultPathMatchFailure" }),
  );
});
