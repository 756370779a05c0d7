import { expect, test } from "vitest";
import { jsonProblem } from "../../../local/kernel/json-problem.ts";

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

test.each([
  ["not json", `Unrecognized token 'not': was expecting ${VALUES}`, 4],
  ['{"not": closed mark"', `Unrecognized token 'closed': was expecting ${VALUES}`, 15],
  [
    "{'bad': 'quotation'}",
    "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
    2,
  ],
  ['{"a": 1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 9],
  [
    '{"a" 1}',
    "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
    6,
  ],
  [
    '{"a": 1 "b": 2}',
    "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
    9,
  ],
  [
    "[1, true null]",
    "Unexpected character ('n' (code 110)): was expecting comma to separate Array entries",
    10,
  ],
  ["[1,]", `Unexpected character (']' (code 93)): expected a valid value ${VALUES}`, 4],
  ["[{}", "Unexpected end-of-input", 4],
  ["{} {}", "Unexpected character ('{' (code 123)): was expecting nothing more", 4],
  ['["open', "Unexpected end-of-input: was expecting closing quote for a string value", 2],
])("the error of %s", (text, message, column) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonProblem(text)).toEqual({
    message,
    location: `[Source: (String)"${text}"; line: 1, column: ${column}]`,
  });
});

test("the position has a line, and a long text is shortened", () => {
  const text = `{\n  "a": "${"x".repeat(600)}",\n  b}`;
  const { location } = jsonProblem(text);
  expect(location).toBe(
    `[Source: (String)"${text.slice(0, 500)}"[truncated ${text.length - 500} chars]; line: 3, column: 3]`,
  );
});

test("any depth is parsed", () => {
  expect(jsonProblem("[".repeat(1_000_000)).message).toBe("Unexpected end-of-input");
});
