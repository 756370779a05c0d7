import { beforeEach, expect, test } from "vitest";
import { refusal } from "./harness.ts";
import { type Statements, statements } from "./partiql.ts";

let local: Statements;
beforeEach(async () => {
  local = await statements();
  for (const sk of ["1", "2"]) {
    await local.put("com", { pk: { S: "a" }, sk: { S: sk }, flag: { S: "right" } });
  }
});

const stored = (sk: string, pk = "a") => local.stored("com", { pk: { S: pk }, sk: { S: sk } });
const update = (where: string) => `UPDATE com SET t = 1 WHERE ${where}`;
const select = (where: string) => `SELECT * FROM com WHERE ${where}`;
const first = "pk = 'a' AND sk = '1'";
const second = "pk = 'a' AND sk = '2'";
const cancelled = (...codes: string[]) =>
  `TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`;
const refused = (at: number, message: string) =>
  `ValidationException: Validation failed in TransactStatements[${at}]: ${message}`;
const reasons = (...statements: (string | object)[]): Promise<any[]> =>
  local.transact(...statements).then(
    () => [],
    (error) => error.details.CancellationReasons,
  );

test("all statements take effect, or none", async () => {
  expect(
    await local.transact(
      "INSERT INTO com VALUE {'pk': 'a', 'sk': '3'}",
      update(first),
      `DELETE FROM com WHERE ${second}`,
    ),
  ).toEqual({ Responses: [] });
  expect(await stored("3")).toBeDefined();
  expect(await stored("2")).toBeUndefined();

  const again = [
    "INSERT INTO com VALUE {'pk': 'a', 'sk': '1'}",
    "INSERT INTO com VALUE {'pk': 'a', 'sk': '4'}",
  ];
  expect(await refusal(local.transact(...again))).toBe(cancelled("DuplicateItem", "None"));
  expect(await reasons(...again)).toEqual([
    { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" },
    { Code: "None" },
  ]);
  expect(await stored("4")).toBeUndefined();
});

test("a failed condition is a reason, with the item on request", async () => {
  const failing = update(`${first} AND flag = 'wrong'`);
  expect(
    await reasons(
      { Statement: failing, ReturnValuesOnConditionCheckFailure: "ALL_OLD" },
      update("pk = 'b' AND sk = '1'"),
    ),
  ).toEqual([
    {
      Code: "ConditionalCheckFailed",
      Message: "The conditional request failed",
      Item: { pk: { S: "a" }, sk: { S: "1" }, flag: { S: "right" } },
    },
    { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
  ]);
});

test("EXISTS checks an item that is not written", async () => {
  const exists = (where: string) => `EXISTS(SELECT * FROM com WHERE ${where})`;
  await local.transact(exists(`(${first}) AND nope IS MISSING`), update(second));
  expect((await stored("2")).t).toEqual({ N: "1" });
  expect(await refusal(local.transact(exists(`${first} AND flag IS MISSING`), update(second)))).toBe(
    cancelled("ConditionalCheckFailed", "None"),
  );
  expect(
    await refusal(local.transact(exists("pk = 'b' AND sk = '1' AND nope IS MISSING"), update(second))),
  ).toBe("accepted");
  expect(
    await refusal(local.transact(exists(`${first} AND pk = 'b' AND flag = 'right'`), update(second))),
  ).toBe(cancelled("ConditionalCheckFailed", "None"));
  const incomplete = "EXISTS() must contain a single item read with additional condition";
  for (const where of [first, "pk = 'a' AND flag = 'right'", "pk IN ['a'] AND sk = '1' AND flag = 'right'"]) {
    expect(await refusal(local.transact(exists(where), update(second)))).toBe(refused(0, incomplete));
  }
});

test("reads are of one moment, by whole keys", async () => {
  const { Responses } = await local.transact(
    select(`(sk = '1') AND pk = 'a' AND pk = 'a'`),
    "SELECT flag FROM com WHERE pk IN ['a'] AND sk IN ['2']",
    select("pk = 'a' AND sk = '9'"),
  );
  expect(Responses).toEqual([
    { Item: { pk: { S: "a" }, sk: { S: "1" }, flag: { S: "right" } } },
    { Item: { flag: { S: "right" } } },
    {},
  ]);
  const byKey =
    "Select statements within ExecuteTransaction must specify the primary key in the where clause.";
  for (const where of [
    `${first} AND flag = 'right'`,
    `${first} AND pk = 'b'`,
    "pk = 'a'",
    `${first} AND pk IN ['b']`,
  ]) {
    expect(await refusal(local.transact(select(where)))).toBe(refused(0, byKey));
  }
  expect(await refusal(local.transact(select("pk IN ['a', 'a'] AND sk = '1'")))).toBe(
    refused(0, "Overlapping conditions with range keys are not supported in where clause"),
  );
});

test.each<[string[], string]>([
  [
    [select(first), update(second)],
    "ValidationException: ExecuteTransaction API does not support both read and write operations in the same request.",
  ],
  [
    [select(first), "SELECT flag FROM com WHERE sk = '1' AND pk = 'a'"],
    "ValidationException: Transaction request cannot include multiple operations on one item",
  ],
  [
    [update(first), `DELETE FROM com WHERE ${first}`],
    "ValidationException: Transaction request cannot include multiple operations on one item",
  ],
  [
    [select(first), select(first), select("pk = 1 AND sk = '1'")],
    cancelled("None", "None", "ValidationError"),
  ],
  [
    [`${update(first)} RETURNING ALL NEW *`],
    refused(0, "RETURNING clause is not supported in ExecuteTransaction."),
  ],
  [
    [update(first), select("pk = 'a'").replace("SELECT", "SLECT")],
    refused(1, "Statement wasn't well formed, can't be processed: Expected data manipulation"),
  ],
  [
    [select(first), "SELECT * FROM \"com\".\"by-time\" WHERE pk = 'a' AND sk = '1'"],
    refused(1, "Reads on indices are not supported within transactions."),
  ],
  [
    [`UPDATE com SET n = n + [1] WHERE ${first}`],
    refused(0, "Incorrect operand type for operator or function; operator or function: +, operand type: L"),
  ],
  [
    ["INSERT INTO com VALUE {'pk': 'a', 'sk': '3', 'x': [<<'a', 'a'>>]}"],
    refused(0, "One or more parameter values were invalid: Input collection [a, a] contains duplicates."),
  ],
  [
    ["UPDATE nowhere SET a = 1 WHERE pk = 'x' RETURNING ALL NEW *", update(first)],
    cancelled("ResourceNotFound", "None"),
  ],
  [
    ["UPDATE nowhere SET a = 1 WHERE pk = 'x'", `${update(first)} RETURNING ALL NEW *`],
    refused(1, "RETURNING clause is not supported in ExecuteTransaction."),
  ],
])("refused: %j", async (statements, expected) => {
  expect(await refusal(local.transact(...statements))).toBe(expected);
  expect((await stored("1")).t).toBeUndefined();
});

test("a write that does not name one item is a reason of its own", async () => {
  const mismatch = "The provided key element does not match the schema";
  const found = await reasons(
    update("pk = 'a'"),
    update("pk IN ['a'] AND sk = '1'"),
    update(`${first} AND pk = 'b'`),
    update("pk = 'a' AND sk = 1"),
    "INSERT INTO com VALUE {'pk': 'a'}",
    update(first),
  );
  expect(found).toEqual([
    ...Array(4).fill({ Code: "ValidationError", Message: mismatch }),
    {
      Code: "ValidationError",
      Message: "One or more parameter values were invalid: Missing the key sk in the item",
    },
    { Code: "None" },
  ]);
});

test("parameters are checked before any statement", async () => {
  const run = local.transact("SLECT", {
    Statement: `UPDATE com SET x = ? WHERE ${first}`,
    Parameters: [{ SS: ["a", "a"] }],
  });
  expect(await refusal(run)).toBe(
    "ValidationException: One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
  );
});

test("a client token makes a transaction happen once; a replay is a read", async () => {
  await local.put("com", { pk: { S: "n" }, sk: { S: "1" }, n: { N: "0" } });
  const input = {
    ClientRequestToken: "once",
    ReturnConsumedCapacity: "INDEXES",
    TransactStatements: [{ Statement: "UPDATE com SET n = n + 1 WHERE pk = 'n' AND sk = '1'" }],
  };
  const [one] = (await local.call("ExecuteTransaction", input)).ConsumedCapacity;
  const [other] = (await local.call("ExecuteTransaction", input)).ConsumedCapacity;
  expect((await stored("1", "n")).n).toEqual({ N: "1" });
  expect(one).toMatchObject({ WriteCapacityUnits: 2 });
  expect(one.ReadCapacityUnits).toBeUndefined();
  expect(other).toMatchObject({ ReadCapacityUnits: 2 });
  const changed = { ...input, TransactStatements: [{ Statement: update(first) }] };
  expect(await refusal(local.call("ExecuteTransaction", changed))).toContain("IdempotentParameterMismatch");
});

test("reads cost twice", async () => {
  const { ConsumedCapacity } = await local.call("ExecuteTransaction", {
    ReturnConsumedCapacity: "TOTAL",
    TransactStatements: [{ Statement: select(first) }],
  });
  expect(ConsumedCapacity).toEqual([{ TableName: "com", CapacityUnits: 2, ReadCapacityUnits: 2 }]);
});
