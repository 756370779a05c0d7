import { expect, test } from "vitest";
import { seededRandom } from "../../../../local/kernel/random.ts";
import { evaluateExpression, evaluatePayloadTemplate } from "../../../../local/states/jsonpath/index.ts";

const input = {
  name: "Ada",
  list: [3, 1, 3],
  object: { a: 1, b: [] },
  json: '{"x": 1}',
  half: 1.5,
  none: null,
};
const data = () => ({ input, context: {}, variables: { v: "var" }, random: seededRandom(1) });
const call = (text: string) => evaluateExpression(text, "x.$", data());

test.each([
  ["States.Format('{} has {}', $.name, $.list)", "Ada has [3, 1, 3]"],
  ["States.Format('{}', $.object)", "{a=1, b=[]}"],
  ["States.Format('{}|{}|{}', $.none, true, 2)", "null|true|2"],
  ["States.Format('it\\'s \\{{}\\}', $v)", "it's {var}"],
  ["States.StringToJson($.json)", { x: 1 }],
  ["States.StringToJson(' ')", null],
  ["States.JsonToString($.object)", '{"a":1,"b":[]}'],
  ["States.Array()", []],
  ["States.Array('a', 1, $.name)", ["a", 1, "Ada"]],
  ["States.ArrayPartition($.list, 2)", [[3, 1], [3]]],
  ["States.ArrayContains($.list, 1)", true],
  ["States.ArrayContains(States.Array($.object), $.object)", true],
  ["States.ArrayRange(1, 9, 3)", [1, 4, 7]],
  ["States.ArrayGetItem($.list, 1)", 1],
  ["States.ArrayLength($.list)", 3],
  ["States.ArrayUnique($.list)", [3, 1]],
  ["States.Base64Encode('hé')", "aMOp"],
  ["States.Base64Decode('aMOp')", "hé"],
  ["States.Hash('input', 'SHA-1')", "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"],
  ["States.JsonMerge($.object, States.StringToJson($.json), false)", { a: 1, b: [], x: 1 }],
  ["States.MathAdd($.half, -1)", 1],
  ["States.MathAdd(-1.5, 0)", -1],
  ["States.StringSplit('a.b+,c', '.+,')", ["a", "b", "c"]],
  ["States.ArrayGetItem(States.StringSplit('x-y', '-'), States.MathAdd(2, -1))", "y"],
])("%s", (text, expected) => {
  expect(call(text)).toEqual(expected);
});

test("chance comes from the environment, or from a seed", () => {
  expect(call("States.UUID()")).toBe(call("States.UUID()"));
  expect(call("States.MathRandom(5, 6)")).toBe(5);
  expect(call("States.MathRandom(0, 1000000, 7)")).toBe(
    evaluateExpression("States.MathRandom(0, 1000000, 7)", "x.$", { ...data(), random: seededRandom(2) }),
  );
});

test.each([
  "States.StringToJson('{')",
  "States.ArrayGetItem($.list, 3)",
  "States.ArrayLength($.name)",
  "States.ArrayPartition($.list, 0)",
  "States.ArrayRange(0, 5000, 1)",
  "States.JsonMerge($.object, $.object, true)",
  "States.Hash('a', 'SHA-2')",
  "States.Base64Decode('***')",
  "States.Format('{} {}', 1)",
  "States.MathAdd('1', 1)",
])("%s fails and names the call", (text) => {
  expect(() => call(text)).toThrow(
    expect.objectContaining({
      error: "States.IntrinsicFailure",
      cause: expect.stringContaining(`The function '${text}' had the following error: `),
    }),
  );
});

test.each([
  "States.Nope()",
  "States.UUID(1)",
  "States.Array('a'",
  " States.UUID()",
  "States.Array(a)",
  `States.StringToJson('{"a": "\\"b"}')`,
  `States.Array(${Array(10).fill("States.UUID()").join(", ")})`,
])("%s is no call", (text) => {
  expect(() => call(text)).toThrow(/position \d+ of/);
});

test("a template replaces the fields that end with .$, at any depth", () => {
  const template = {
    plain: "$.name",
    "who.$": "$.name",
    list: [{ "n.$": "States.ArrayLength($.list)" }],
    "all.$": "$",
  };
  expect(evaluatePayloadTemplate(template, data())).toEqual({
    plain: "$.name",
    who: "Ada",
    list: [{ n: 3 }],
    all: input,
  });
});

test("a path without a value names itself, its field and the input", () => {
  const small = { ...data(), input: { a: 1 } };
  expect(() => evaluatePayloadTemplate({ "x.$": "$.b" }, small)).toThrow(
    expect.objectContaining({
      error: "States.Runtime",
      cause: `The JSONPath '$.b' specified for the field 'x.$' could not be found in the input '{"a":1}'`,
    }),
  );
  expect(() => evaluateExpression("$.b", "ErrorPath", small)).toThrow(/for the field 'ErrorPath'/);
  expect(() => evaluateExpression("States.Array($.b)", "x.$", small)).toThrow(
    expect.objectContaining({
      error: "States.Runtime",
      cause: expect.stringContaining("'States.Array($.b)'"),
    }),
  );
});
