/** What the parser reads and refuses, with the service's words as public recordings of it have them. */
import { beforeAll, expect, test } from "vitest";
import { refusal } from "./harness.ts";
import { type Statements, statements } from "./partiql.ts";

let local: Statements;
beforeAll(async () => {
  local = await statements();
  for (const n of ["7310000", "7.3", "-7.3"]) await local.put("num", { pk: { N: n } });
  await local.put("str", { pk: { S: "a" }, q: { S: "it's" }, ss: { SS: ["a"] }, l: { L: [{ S: "x" }] } });
});

const malformed = (detail: string) =>
  `ValidationException: Statement wasn't well formed, can't be processed: ${detail}`;
const LEFTOVER = malformed("Unexpected token after expression");

test.each(["7.31e6", "7.31E6", "7.31e+6", "731e4", "73100000e-1", "7310000.", "- - 7310000", "+7.31e6"])(
  "the number %s",
  async (literal) => {
    expect(await local.items(`SELECT * FROM num WHERE pk = ${literal}`)).toEqual([{ pk: { N: "7310000" } }]);
  },
);

test.each([
  [".73e1", "7.3"],
  ["-.73e1", "-7.3"],
  ["- 7.3", "-7.3"],
])("the number %s is %s", async (literal, n) => {
  expect(await local.items(`SELECT * FROM num WHERE pk = ${literal}`)).toEqual([{ pk: { N: n } }]);
});

test.each([
  `SELECT * FROM "str" WHERE pk = 'a' -- a note`,
  `SELECT/**/pk FROM str -- the table\nWHERE pk/* key */='a' --`,
  `-- a note\nselect * from "str" where "pk" = 'a';`,
  `SELECT * FROM str WHERE pk = 'a' AND q = 'it''s'; -- done`,
])("comments, keywords in any case, quotes and a semicolon: %s", async (statement) => {
  expect(await local.items(statement)).toMatchObject([{ pk: { S: "a" } }]);
});

test.each([
  ["SELECT * FROM str WHERE pk = 'a' foo", LEFTOVER],
  ["SELECT * FROM num WHERE pk = 1 e5", LEFTOVER],
  ["SELECT * FROM num WHERE pk = 1)", LEFTOVER],
  ["INSERT INTO num VALUE {'pk': 1} foo", LEFTOVER],
  ["INSERT INTO num t VALUE {'pk': 1}", LEFTOVER],
  ["UPDATE num SET a = 9 WHERE pk = 1 foo", LEFTOVER],
  ["DELETE FROM num WHERE pk = 1 foo", LEFTOVER],
  ["DELETE FROM num WHERE pk = 1 ORDER BY pk", LEFTOVER],
  ["SELECT * FROM num ORDER BY pk WHERE pk = 1", LEFTOVER],
  ["FROM str SET c = 1 WHERE pk = 'x'", LEFTOVER],
  ["FROM str SET c = 1 WHERE pk = 'x' SET d = 2", LEFTOVER],
  ["SELECT * FROM num WHERE pk = 1e2147483648", malformed("")],
  ["SELECT * FROM num WHERE pk = 1.5e-2147483647", malformed("")],
  ["SELECT * FROM num WHERE pk = 1 # note", malformed("")],
  ["SELECT * FROM num WHERE pk = 1 /* note", malformed("")],
  ["SELECT * FROM str WHERE", malformed("Unexpected term")],
  ["SELECT * FROM str WHERE;", malformed("Unexpected term")],
  ["UPDATE str SET a = 1 WHERE  ", malformed("Unexpected term")],
  ["SELECT * FROM str WHERE NOT", malformed("Unexpected term")],
  ["SELECT * FROM str WHERE (", malformed("Unexpected term")],
  ["SELECT * FROM", malformed("Unexpected term")],
  ["SELECT * FROM str WHERE pk = 'a' AND", malformed("Missing right-hand side expression of infix operator")],
  ["SELECT * FROM str WHERE pk = 'a' OR", malformed("Missing right-hand side expression of infix operator")],
  ["SELECT * FROM str WHERE ORDER BY pk", malformed("Unexpected keyword")],
  ["SELECT * FROM str WHERE IS NULL", malformed("Unexpected operator")],
  ["SELECT * FROM str WHERE pk = LIKE", malformed("Unexpected operator")],
  ["SELECT * FROM str WHERE pk = 'a' AND x IS FOO", malformed("Expected type name")],
  ["SELECT * FROM str WHERE attribute_exists(m.inner)", malformed("Invalid path dot component")],
  ["DELETE FROM", malformed("Expected identifier for simple path")],
  ["DELETE FROM;", malformed("Expected identifier for simple path")],
  ["DELETE FROM WHERE pk = 'a'", malformed("Expected identifier for simple path")],
  ["SLECT * FROM str", malformed("Expected data manipulation")],
  ["SELECT * FROM str t WHERE pk = 'x'", "ValidationException: Aliasing is not supported"],
  ["SELECT * FROM str AS t WHERE pk = 'x'", "ValidationException: Aliasing is not supported"],
  ["UPDATE str t SET a = 3 WHERE pk = 'x'", "ValidationException: Aliasing is not supported"],
  ["DELETE FROM str t WHERE pk = 'x'", "ValidationException: Aliasing is not supported"],
])("refused: %s", async (statement, expected) => {
  expect(await refusal(local.run(statement))).toBe(expected);
});

const OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range";
const NEST = "Nesting Levels have exceeded supported limits under root";

test.each([
  ["SELECT * FROM num WHERE pk = 1e126", `${OVERFLOW} under root`],
  [
    "SELECT * FROM num WHERE pk = 123456789012345678901234567890123456789",
    "Attempting to store more than 38 significant digits in a Number under root",
  ],
  [
    "UPDATE num SET a = 1e-131 WHERE pk = 1",
    "Number underflow. Attempting to store a number with magnitude smaller than supported range under root",
  ],
  ["INSERT INTO num VALUE {'pk': 1, 'm': {'x': 1e126}}", `${OVERFLOW} under root.x`],
  ["INSERT INTO num VALUE {'pk': 1, 'l': [1, 1e126]}", `${OVERFLOW} under root[1]`],
  [`UPDATE str SET d = ${"{'a':".repeat(32)}1${"}".repeat(32)} WHERE pk = 'a'`, NEST + ".a".repeat(32)],
  [`UPDATE str SET d = ${"[".repeat(32)}1${"]".repeat(32)} WHERE pk = 'a'`, NEST + "[0]".repeat(32)],
  ["INSERT INTO str VALUE {'pk': 'x', 's': <<>>}", "Empty bags are not supported"],
  [
    "INSERT INTO str VALUE {'pk': 'x', 's': <<1, 'a'>>}",
    "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags",
  ],
  [
    "INSERT INTO str VALUE {'pk': 'x', 's': <<'a', 'a'>>}",
    "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
  ],
  [
    "UPDATE str SET n = <<2, 2.0>> WHERE pk = 'a'",
    "One or more parameter values were invalid: Input collection [2, 2.0] contains duplicates! under root",
  ],
])("a literal that cannot be stored: %s", async (statement, message) => {
  expect(await refusal(local.run(statement))).toBe(`ValidationException: ${message}`);
});

test.each<[string, object[], string]>([
  [
    "UPDATE str SET x = [?] WHERE pk = 'a'",
    [{ S: "v" }],
    "Unsupported data type: Parameter under key root[0] at 1:21:1",
  ],
  [
    "INSERT INTO str VALUE {'pk':'x','m':{'k':?}}",
    [{ S: "v" }],
    "Unsupported data type: Parameter under key root.k at 1:42:1",
  ],
  ["SELECT * FROM str WHERE pk = ?", [], "Number of parameters in request and statement don't match."],
  [
    "UPDATE str SET WHERE",
    [{ SS: ["a", "a"] }],
    "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
  ],
  ["SELECT * FROM str WHERE pk = ?", [{ N: "x" }], "The parameter cannot be converted to a numeric value: x"],
])("parameters: %s %j", async (statement, parameters, message) => {
  const given = parameters.length > 0 ? parameters : undefined;
  expect(await refusal(local.run(statement, given))).toBe(`ValidationException: ${message}`);
});

test("places are counted by lines and columns", async () => {
  const statement = "UPDATE str\nSET ss = set_add(ss, 'x')\nWHERE pk = 'a'";
  expect(await refusal(local.run(statement))).toBe(
    "ValidationException: The second argument to SET_ADD must be a value with type SET at 2:18:2",
  );
});

test.each([
  ["SELECT l[-1] FROM str WHERE pk = 'a'", "[-1] at 1:11:1"],
  ["SELECT l[2147483648] FROM str WHERE pk = 'a'", "[2147483648] at 1:10:10"],
])("a list index out of range: %s", async (statement, where) => {
  expect(await refusal(local.run(statement))).toBe(
    `ValidationException: List index is not within the allowable range; index: ${where}`,
  );
});

test("a statement with endless nesting is refused, and so is one of more than 8192 characters", async () => {
  expect(await refusal(local.run(`SELECT * FROM str WHERE ${"(".repeat(4000)}`))).toContain(
    "wasn't well formed",
  );
  expect(await refusal(local.run(`SELECT * FROM str WHERE pk = ${"- ".repeat(4000)}1`))).toContain(
    "wasn't well formed",
  );
  expect(await refusal(local.run(" ".repeat(8193)))).toContain(
    "Member must have length less than or equal to 8192",
  );
});
