import { beforeAll, describe, expect, test } from "vitest";
import { refusal } from "./harness.ts";
import { type Statements, statements } from "./partiql.ts";

let local: Statements;
beforeAll(async () => {
  local = await statements();
  await local.put("str", {
    pk: { S: "item" },
    s: { S: "str" },
    ss: { SS: ["a", "b"] },
    n: { N: "1" },
    nul: { NULL: true },
    flag: { BOOL: true },
    b: { B: "AQID" },
    total: { N: "400" },
    m: { M: { sub: { S: "x" }, k: { L: [{ S: "c" }] } } },
    l: { L: [{ S: "a" }, { S: "b" }] },
  });
  await local.put("str", { pk: { S: "other" }, total: { N: "550" } });
  for (const pk of ["o", "p"]) {
    for (const sk of ["1", "2", "3"]) {
      await local.put("com", {
        pk: { S: pk },
        sk: { S: sk },
        flag: { S: sk === "1" ? "one" : "more" },
        status: { S: `${pk}-open` },
        time: { S: `t${9 - Number(sk)}` },
        label: { S: `l${sk}` },
      });
    }
  }
});

const where = async (condition: string, parameters?: object[]) =>
  (await local.items(`SELECT pk FROM str WHERE pk = 'item' AND ${condition}`, parameters)).length === 1;
const keys = async (condition: string) =>
  (await local.items(`SELECT pk, sk FROM com WHERE ${condition}`)).map(({ pk, sk }) => `${pk.S}/${sk.S}`);

describe("conditions", () => {
  test.each([
    ["s = 'str'", true],
    ["'str' = s", true],
    ["s <> 'str'", false],
    ["total != 401", true],
    ["total BETWEEN 400 AND 500", true],
    ["total NOT BETWEEN 400 AND 500", false],
    ["n BETWEEN - 2 AND +5 AND n IN [- 1, 1]", true],
    ["s IN ('x', 'str')", true],
    ["s NOT IN ['x', 'str']", false],
    ["begins_with(s, 'st')", true],
    ["NOT begins_with(s, 'st')", false],
    ["contains(s, 'tr')", true],
    ["contains(ss, 'a') AND contains(l, 'b')", true],
    ["size(s) = 3", true],
    ["size(s) > 3", false],
    ["attribute_type(ss, 'SS')", true],
    ['ATTRIBUTE_EXISTS("ss")', true],
    ["attribute_exists(m.sub) AND attribute_exists(l[1])", true],
    ["attribute_exists(m.nope) OR attribute_exists(l[2])", false],
    ["attribute_not_exists(nope)", true],
    ["nope IS MISSING", true],
    ["s IS NOT MISSING", true],
    ["s IS MISSING", false],
    ["nul IS NULL", true],
    ["nope IS NULL", false],
    ["nul IS NOT NULL", false],
    ["s IS STRING AND flag IS BOOL AND n IS NUMERIC AND b IS BLOB AND m IS STRUCT AND l IS LIST", true],
    ["s IS BOOL", false],
    ["m.k[0] = 'c'", true],
    ["m['sub'] = 'x'", true],
    ["m.\"sub\" = 'x'", true],
    ["l = ['a', 'b']", true],
    ["l = ['b', 'a']", false],
    ["ss = <<'b', 'a'>>", true],
    ["m = {'k': ['c'], 'sub': 'x'}", true],
    ["flag = true", true],
    ["nul = null", true],
    ["attribute_exists(ss) = true", true],
    ["true = attribute_exists(n)", true],
    ["attribute_exists(nope) = false", true],
    ["attribute_exists(n) <> 1", true],
    ["attribute_exists(n) = 1", false],
    ["(n = 5 OR s = 'x') = false", true],
    ["attribute_exists(nope) IN [true, false]", true],
    ["attribute_exists(n) = flag", true],
    ["NOT attribute_exists(n) = true", false],
    ["(attribute_exists(n) = true) = false", false],
  ])("%s is %s", async (condition, expected) => {
    expect(await where(condition)).toBe(expected);
  });

  test.each<[string, object, boolean]>([
    ["ss = ?", { SS: ["b", "a"] }, true],
    ["b = ?", { B: "AQID" }, true],
    ["b < ?", { B: "AQIE" }, true],
    ["nul = ?", { NULL: true }, true],
    ["n < ?", { S: "z" }, false],
    ["n IN [?, 2]", { N: "1.0" }, true],
  ])("%s with %j is %s", async (condition, parameter, expected) => {
    expect(await where(condition, [parameter])).toBe(expected);
  });

  const function_ = (name: string) => `operator or function: ${name}`;
  test.each([
    [
      "attribute_exists('ss')",
      `Operator or function requires a document path; ${function_("attribute_exists")}`,
    ],
    [
      "attribute_exists()",
      `Incorrect number of operands for operator or function; ${function_("attribute_exists")}, number of operands: 0`,
    ],
    [
      "attribute_exists(ss, n)",
      `Incorrect number of operands for operator or function; ${function_("attribute_exists")}, number of operands: 2`,
    ],
    [
      "attribute_type(l, 1)",
      `Incorrect operand type for operator or function; ${function_("attribute_type")}, operand type: N`,
    ],
    ["n < true", `Incorrect operand type for operator or function; ${function_("<")}, operand type: BOOL`],
    ["n >= null", `Incorrect operand type for operator or function; ${function_(">=")}, operand type: NULL`],
    [
      "n BETWEEN true AND false",
      `Incorrect operand type for operator or function; ${function_("BETWEEN")}, operand type: BOOL`,
    ],
    [
      "attribute_exists(n) > false",
      `Incorrect operand type for operator or function; ${function_(">")}, operand type: BOOL`,
    ],
    ["EXISTS(ss)", "Unrecognized function: exists at 1:41:6"],
    ["set_add(ss, <<'x'>>) = ss", "Unrecognized function: set_add at 1:41:7"],
    ["s", "WHERE clause must contain an expression that resolves to a boolean"],
    ["s = MISSING", "MISSING must be compared using IS operator"],
    [
      `s IN [${Array(101).fill("'v'").join()}]`,
      "The IN operator is provided with too many operands; number of operands: 101",
    ],
    ["n + 1 = 2", "Unsupported operator in Condition Expression. Operator: +"],
  ])("refused: %s", async (condition, message) => {
    expect(await refusal(local.run(`SELECT * FROM str WHERE pk = 'item' AND ${condition}`))).toBe(
      `ValidationException: ${message}`,
    );
  });
});

describe("columns", () => {
  const select = (columns: string) => local.items(`SELECT ${columns} FROM str WHERE pk = 'item'`);

  test("have the last name on their path", async () => {
    expect(await select('m.sub, l[1], m.k[0], "n", l[-0]')).toEqual([
      { sub: { S: "x" }, "l[1]": { S: "b" }, "k[0]": { S: "c" }, n: { N: "1" }, "l[0]": { S: "a" } },
    ]);
  });

  test("that an item does not have are left out", async () => {
    expect(await local.items("SELECT s FROM str WHERE pk IN ['item', 'other']")).toEqual([
      { s: { S: "str" } },
      {},
    ]);
  });

  test("are paths, and each has a name of its own", async () => {
    expect(await refusal(select("attribute_exists(ss)"))).toBe(
      "ValidationException: Unexpected path component at 1:8:16",
    );
    expect(await refusal(select("m.sub, sub"))).toBe(
      "ValidationException: Duplicate identifiers in select clause: sub",
    );
  });
});

describe("partitions", () => {
  test.each([
    ["pk = 'o'", "o/1 o/2 o/3"],
    ["pk = 'o' AND sk > '1'", "o/2 o/3"],
    ["pk = 'o' AND begins_with(sk, '2')", "o/2"],
    ["pk = 'o' AND sk BETWEEN '2' AND '3' AND flag = 'more'", "o/2 o/3"],
    ["pk = 'o' AND sk IN ['1', '3']", "o/1 o/3"],
    ["pk = 'o' AND (sk = '3' OR sk = '1')", "o/1 o/3"],
    ["pk = 'o' AND (sk < '2' OR sk > '2' OR sk = '2')", "o/1 o/2 o/3"],
    ["pk = 'o' AND sk = '1' AND sk > '0'", "o/1"],
    ["pk = 'o' AND sk > '0' AND sk <> '1'", "o/2 o/3"],
    ["pk = 'o' AND NOT sk = '1' OR pk = 'o' AND sk = '2'", "o/2 o/3"],
    ["pk = 'o' OR pk = 'o' AND NOT sk = '1'", "o/1 o/2 o/3"],
    ["pk = 'o' AND NOT sk IN ['1', '3'] OR pk = 'o' AND sk = '2'", "o/2"],
    ["pk IN ['p', 'o'] AND sk = '1'", "p/1 o/1"],
    ["(pk = 'p' OR pk = 'o') AND flag = 'one'", "p/1 o/1"],
    ["pk = 'none'", ""],
  ])("%s reads %s", async (condition, expected) => {
    expect((await keys(condition)).join(" ")).toBe(expected);
  });

  test.each([
    ["flag = 'one'", "o/1 p/1"],
    ["pk > 'a' AND sk = '2'", "o/2 p/2"],
    ["pk = 'o' OR sk = '1'", "o/1 o/2 o/3 p/1"],
    ["pk = 'o' AND (pk = 'p' OR flag = 'one')", "o/1"],
  ])("%s reads them all", async (condition, expected) => {
    expect((await keys(condition)).sort().join(" ")).toBe(expected);
    const [capacity] = await Promise.all([
      local.run(`SELECT pk FROM com WHERE ${condition}`, undefined, { ReturnConsumedCapacity: "TOTAL" }),
    ]);
    expect(capacity.ConsumedCapacity).toEqual({ TableName: "com", CapacityUnits: 0.5 });
  });

  const OVERLAP = "Overlapping conditions with range keys are not supported in where clause";
  const many = (count: number) => Array.from({ length: count }, (_, at) => `'v${at}'`).join();
  test.each([
    ["pk IN ['o', 'o']", OVERLAP],
    ["pk = 'o' OR pk = 'o'", OVERLAP],
    ["pk = 'o' AND (sk > '0' OR sk < '5')", OVERLAP],
    ["pk = 'o' AND (sk = '1' OR flag = 'one')", OVERLAP],
    ["pk = 'o' AND flag = 'one' OR pk = 'o' AND flag = 'two'", OVERLAP],
    ["pk = 'o' AND flag <> '1' OR pk = 'o' AND sk = '2'", OVERLAP],
    ["pk = 1 OR pk = 'o'", "Key attribute's data type should match its data type in table's schema: Key pk"],
    [
      "pk = 'o' AND sk IN ['1', 2]",
      "Key attribute's data type should match its data type in table's schema: Key sk",
    ],
    [`pk IN [${many(51)}]`, "Too many decomposed read operations for a given query."],
    [`pk IN [${many(26)}] AND sk IN ['1', '2']`, "Too many decomposed read operations for a given query."],
  ])("refused: %s", async (condition, message) => {
    expect(await refusal(local.run(`SELECT * FROM com WHERE ${condition}`))).toBe(
      `ValidationException: ${message}`,
    );
  });

  test("up to fifty reads are one statement, and a scan may ask for more", async () => {
    expect(await keys(`pk IN [${many(49)}, 'o'] AND sk = '2'`)).toEqual(["o/2"]);
    expect(await keys(`pk IN [${many(51)}] OR flag = 'one'`)).toHaveLength(2);
    expect(await local.items("SELECT * FROM com WHERE pk > 1")).toEqual([]);
  });
});

describe("ORDER BY", () => {
  test.each([
    ["pk = 'o' ORDER BY sk DESC", "o/3 o/2 o/1"],
    ["pk = 'o' ORDER BY sk ASC", "o/1 o/2 o/3"],
    ["pk = 'o' ORDER BY sk", "o/1 o/2 o/3"],
    ["pk = 'o' ORDER BY pk ASC", "o/3 o/2 o/1"],
    ["pk IN ['o', 'p'] ORDER BY pk DESC, sk ASC", "p/1 p/2 p/3 o/1 o/2 o/3"],
    ["pk IN ['p', 'o'] ORDER BY pk, sk DESC", "o/3 o/2 o/1 p/3 p/2 p/1"],
    ["pk = 'o' AND sk IN ['1', '3'] ORDER BY sk DESC", "o/3 o/1"],
  ])("%s: %s", async (condition, expected) => {
    expect((await keys(condition)).join(" ")).toBe(expected);
  });

  test.each([
    ["ORDER BY sk", "Must have WHERE clause in the statement when using ORDER BY clause."],
    [
      "WHERE pk = 'o' ORDER BY flag DESC",
      "Attribute flag in ORDER BY clause must be part of the primary key",
    ],
    [
      "WHERE pk > 'a' ORDER BY sk",
      "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
    ],
    [
      "WHERE pk IN ['o', 'p'] ORDER BY sk DESC",
      "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
    ],
  ])("refused: %s", async (rest, message) => {
    expect(await refusal(local.run(`SELECT sk FROM com ${rest}`))).toBe(`ValidationException: ${message}`);
  });
});

describe("pages", () => {
  const all = async (statement: string, Limit: number) => {
    const pages: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await local.run(statement, undefined, { Limit, ...(NextToken && { NextToken }) });
      pages.push(page.Items.map(({ pk, sk }: any) => `${pk.S}/${sk.S}`).join(" "));
      expect(page.LastEvaluatedKey === undefined).toBe(page.NextToken === undefined);
      NextToken = page.NextToken;
    } while (NextToken);
    return pages;
  };

  test("end after the items that the limit allows, within a partition and between two", async () => {
    expect(await all("SELECT * FROM com WHERE pk IN ['o', 'p'] ORDER BY pk DESC", 2)).toEqual([
      "p/3 p/2",
      "p/1 o/3",
      "o/2 o/1",
      "",
    ]);
    expect((await all("SELECT * FROM com", 4)).join(" ").trim().split(" ").sort()).toEqual(
      ["o", "p"].flatMap((pk) => ["1", "2", "3"].map((sk) => `${pk}/${sk}`)),
    );
    expect(await all("SELECT * FROM com.\"by-time\" WHERE pk = 'o'", 2)).toEqual(["o/3 o/2", "o/1"]);
  });

  test("continue only with the statement that began them", async () => {
    const { NextToken } = await local.run("SELECT * FROM com WHERE pk = 'o'", undefined, { Limit: 1 });
    const other = local.run("SELECT * FROM com WHERE pk = 'p'", undefined, { Limit: 1, NextToken });
    expect(await refusal(other)).toBe("ValidationException: NextToken does not match request");
    const wrong = local.run("SELECT * FROM com WHERE pk = 'o'", undefined, { NextToken: "none" });
    expect(await refusal(wrong)).toBe("ValidationException: Invalid NextToken");
  });
});

describe("indexes", () => {
  const select = (columns: string, index: string, rest: string) =>
    `SELECT ${columns} FROM "com"."${index}" ${rest}`;

  test("are read by their keys, or whole", async () => {
    const by = (rest: string) => local.items(select("sk", "by-status", rest));
    expect(await by("WHERE status = 'o-open'")).toHaveLength(3);
    expect(await by("WHERE pk = 'o'")).toHaveLength(3);
    expect(await by("WHERE status = 'o-open' AND (label = 'l1' OR label = 'l2')")).toHaveLength(2);
    expect(await by("WHERE NOT flag = 'one'")).toHaveLength(6);
    expect(await by("WHERE flag = 'one'")).toEqual([]);
    expect(await local.items(select("*", "by-status", "WHERE status = 'p-open' AND sk = '1'"))).toEqual([
      { pk: { S: "p" }, sk: { S: "1" }, status: { S: "p-open" }, label: { S: "l1" } },
    ]);
  });

  test("of the table's partitions fetch attributes that they do not store", async () => {
    expect(
      await local.items(select("flag", "by-time", "WHERE pk = 'o' AND \"time\" = 't8'"), undefined, {
        ConsistentRead: true,
      }),
    ).toEqual([{ flag: { S: "one" } }]);
  });

  const INVALID = "ValidationException: One or more parameter values were invalid:";
  test.each([
    [
      select('flag, "time"', "by-status", "WHERE status = 'o-open'"),
      `${INVALID} Global secondary index by-status does not project [flag, time]`,
    ],
    [select("flag", "by-status", ""), `${INVALID} Global secondary index by-status does not project [flag]`],
    [
      select("pk", "by-status", "WHERE status = 'o-open' AND NOT (flag = 'x' OR label = 'y')"),
      `${INVALID} Secondary index by-status does not project one or more filter attributes: [flag]`,
    ],
    [
      select("*", "none", "WHERE pk = 'o'"),
      "ValidationException: The table does not have the specified index: none",
    ],
    ["SELECT * FROM nowhere WHERE pk = 'o'", "ResourceNotFoundException: Requested resource not found"],
  ])("refused: %s", async (statement, expected) => {
    expect(await refusal(local.run(statement))).toBe(expected);
  });

  test("of their own are not read consistently", async () => {
    const read = local.run(select("*", "by-status", "WHERE status = 'x'"), undefined, {
      ConsistentRead: true,
    });
    expect(await refusal(read)).toBe(
      "ValidationException: Strongly consistent read is not supported on Global Secondary Indexes",
    );
  });
});

test("a read costs what the query or scan would", async () => {
  const cost = async (statement: string, more: object = {}) =>
    (await local.run(statement, undefined, { ReturnConsumedCapacity: "INDEXES", ...more })).ConsumedCapacity;
  expect(await cost("SELECT * FROM com WHERE pk = 'o'")).toEqual({
    TableName: "com",
    CapacityUnits: 0.5,
    Table: { CapacityUnits: 0.5 },
  });
  expect(await cost("SELECT * FROM com WHERE pk = 'o'", { ConsistentRead: true })).toMatchObject({
    CapacityUnits: 1,
  });
  expect(await cost("SELECT * FROM com WHERE pk IN ['o', 'p']")).toMatchObject({ CapacityUnits: 1 });
  expect(await cost('SELECT * FROM "com"."by-status" WHERE status = \'o-open\'')).toMatchObject({
    CapacityUnits: 0.5,
    GlobalSecondaryIndexes: { "by-status": { CapacityUnits: 0.5 } },
  });
  expect((await local.run("SELECT * FROM com WHERE pk = 'o'")).ConsumedCapacity).toBeUndefined();
});
