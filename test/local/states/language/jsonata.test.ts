import { expect, test } from "vitest";
import { seededRandom } from "../../../../local/kernel/random.ts";
import {
  evaluateJsonata,
  evaluateJsonataTemplate,
  isJsonata,
  jsonataOf,
} from "../../../../local/states/jsonata/evaluate.ts";

const bindings = { states: { input: { price: 3, tags: ["red", "green"] } }, rate: 2 };
const environment = (seed = 1) => ({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5), random: seededRandom(seed) });
const evaluate = (expression: string) => evaluateJsonata(expression, bindings, environment(), "Output/x");
const failure = async (expression: string) => {
  const error = await evaluate(expression).then(
    (value) => expect.fail(`${expression} gave ${JSON.stringify(value)}`),
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ error: "States.QueryEvaluationError", location: "Output/x" });
  return error.cause as string;
};
const failed = (expression: string) =>
  `The JSONata expression '${expression}' specified for the field 'Output/x'`;

test.each([
  ["$states.input.price * $rate", 6],
  ["$states.input.tags[0]", "red"],
  ["[]", []],
  ["null", null],
  ["$x := 4", 4],
  ["$merge([$states.input, { 'price': 5 }]).price", 5],
])("%s", async (expression, expected) => {
  expect(await evaluate(expression)).toEqual(expected);
});

test("a sequence is handed out as a plain array", async () => {
  const tags = await evaluate("$states.input.tags");
  expect(tags).toStrictEqual(["red", "green"]);
  expect(Object.getOwnPropertyNames(tags)).toEqual(["0", "1", "length"]);
});

test("numbers that JSON lacks become text", async () => {
  expect(await evaluate("[1/0, -1/0]")).toEqual(["Infinity", "-Infinity"]);
});

test("the functions of the service", async () => {
  expect(await evaluate("$partition([1..5], 2)")).toEqual([[1, 2], [3, 4], [5]]);
  expect(await evaluate("$partition([7], 3)")).toEqual([[7]]);
  expect(await evaluate("$range(0, 6, 2)")).toEqual([0, 2, 4, 6]);
  expect(await evaluate("$range(6, 0, -3)")).toEqual([6, 3, 0]);
  expect(await evaluate("$range(-1.7, 1, 1)")).toEqual([-1, 0, 1]);
  expect(await evaluate("$hash('input', 'SHA-1')")).toBe("140f86aae51ab9e1cda9b4254fe98a74eb54c1a1");
  expect(await evaluate(`$parse('{"a": [1]}').a[0]`)).toBe(1);
});

test("a range of one number is that number, as every sequence of one", async () => {
  expect(await evaluate("$range(5, 9, 10)")).toBe(5);
});

test("a seeded $random gives java.util.Random's numbers", async () => {
  expect(await evaluate("$random(42)")).toBe(0.7275636800328681);
});

test("time and chance come from the environment alone", async () => {
  expect(await evaluate("$now()")).toBe("2026-01-02T03:04:05.000Z");
  expect(await evaluate("$now('[Y]/[M]')")).toBe("2026/1");
  expect(await evaluate("$millis()")).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
  const draw = (seed: number) =>
    evaluateJsonata("[$random(), $uuid(), $shuffle([1..20])]", {}, environment(seed));
  expect(await draw(7)).toEqual(await draw(7));
  expect(await draw(7)).not.toEqual(await draw(8));
});

test("evaluations of one expression that overlap do not share an environment", async () => {
  const at = (time: number) => ({ now: () => time, random: seededRandom(1) });
  expect(
    await Promise.all([evaluateJsonata("$millis()", {}, at(1)), evaluateJsonata("$millis()", {}, at(2))]),
  ).toEqual([1, 2]);
});

test("nothing is no result", async () => {
  expect(await failure("$unknown")).toBe(`${failed("$unknown")} returned nothing (undefined).`);
});

test.each(["function($x) { $x }", "/red/", "{ 'f': $sum }", "[$sum]"])(
  "%s is no JSON",
  async (expression) => {
    expect(await failure(expression)).toBe(`${failed(expression)} returned an unsupported result type.`);
  },
);

test("an error that JSONata has a code for is quoted with it", async () => {
  expect(await failure("$abs('x')")).toBe(
    `${failed("$abs('x')")} threw an error during evaluation. ` +
      'T0410: Argument 1 of function "abs" does not match function signature',
  );
});

test("there is no $eval", async () => {
  expect(await failure("$eval('1')")).toContain("T1006: Attempted to invoke a non-function");
});

test("an evaluation is bounded in depth, size and work", async () => {
  expect(await failure("($f := function($n) { 1 + $f($n) }; $f(1))")).toContain("Stack overflow error");
  expect(await failure("$count([1..900000])")).toContain("memory limit exceeded");
  expect(await failure("$range(1, 100000000, 1)")).toContain("memory limit exceeded");
  expect(await failure("($f := function($n) { $f($n + 1) }; $f(1))")).toContain("Check for infinite loop");
});

test("depth counts nesting, and not neighbours", async () => {
  const wide = Array.from({ length: 300 }, (_, at) => `'f${at}': $exists($price) ? ($abs(-${at}) + 1) : 0`);
  const value = await evaluateJsonata(`{${wide.join(", ")}}`, bindings, environment());
  expect(Object.keys(value as object)).toHaveLength(300);
  expect(
    await evaluateJsonata("$sum($map([1..500], function($n) { $abs(-$n) }))", bindings, environment()),
  ).toBe(125_250);
  const down = (levels: number) =>
    `($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; {'a': $f(${levels}), 'b': $f(${levels})})`;
  expect(await evaluateJsonata(down(20), bindings, environment())).toEqual({ a: 20, b: 20 });
  expect(await failure(down(60))).toContain("Stack overflow error");
});

test("only a text that is an expression from end to end is one", () => {
  expect(isJsonata("{% 1 %}")).toBe(true);
  expect(isJsonata(" {% 1 %}")).toBe(false);
  expect(isJsonata("{% 1 %} ")).toBe(false);
  expect(jsonataOf("{%  1 + 1 %}")).toBe("1 + 1");
});

test("a template evaluates its expressions at any depth and keeps everything else", async () => {
  const template = {
    total: "{% $rate %}",
    list: [1, { "{% key %}": "{% 'v' %}" }],
    "path.$": "$.price",
    text: " {% no %}",
  };
  expect(await evaluateJsonataTemplate(template, bindings, environment(), "Output")).toEqual({
    total: 2,
    list: [1, { "{% key %}": "v" }],
    "path.$": "$.price",
    text: " {% no %}",
  });
});

test("a template's failure names the field", async () => {
  const template = { list: ["ok", { total: "{% $unknown %}" }] };
  await expect(evaluateJsonataTemplate(template, bindings, environment(), "Arguments")).rejects.toMatchObject(
    {
      location: "Arguments/list[1]/total",
      cause:
        "The JSONata expression '$unknown' specified for the field 'Arguments/list[1]/total' returned nothing (undefined).",
    },
  );
});
