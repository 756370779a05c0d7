import { beforeEach, expect, test } from "vitest";
import { advance, type Cloud, refusal, startCloud, tableInput } from "./harness.ts";

let cloud: Cloud;
beforeEach(async () => {
  cloud = startCloud();
  await cloud.call("CreateTable", tableInput("accounts"));
  await put("a", "100");
  await put("b", "0");
});

const at = (pk: string) => ({ TableName: "accounts", Key: { pk: { S: pk } } });
const put = (pk: string, amount: string) =>
  cloud.call("PutItem", { TableName: "accounts", Item: { pk: { S: pk }, amount: { N: amount } } });
const amount = async (pk: string) => (await cloud.call("GetItem", at(pk))).Item?.amount.N;
const transact = (TransactItems: object[], more: object = {}) =>
  cloud.call("TransactWriteItems", { TransactItems, ...more });

const move = (sum: string) => [
  {
    Update: {
      ...at("a"),
      UpdateExpression: "SET amount = amount - :sum",
      ConditionExpression: "amount >= :sum",
      ExpressionAttributeValues: { ":sum": { N: sum } },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  },
  {
    Update: {
      ...at("b"),
      UpdateExpression: "ADD amount :sum",
      ExpressionAttributeValues: { ":sum": { N: sum } },
    },
  },
];

/** A table whose items are indexed by their owner, a text. */
async function createOwned(): Promise<void> {
  const index = { IndexName: "by-owner", KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }] };
  await cloud.call("CreateTable", {
    ...tableInput("owned"),
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "owner", AttributeType: "S" },
    ],
    GlobalSecondaryIndexes: [{ ...index, Projection: { ProjectionType: "ALL" } }],
  });
}

test("all of it is written", async () => {
  const answer = await transact(
    [...move("30"), { Put: { TableName: "accounts", Item: { pk: { S: "c" } } } }, { Delete: at("d") }],
    { ReturnConsumedCapacity: "TOTAL" },
  );
  expect([await amount("a"), await amount("b")]).toEqual(["70", "30"]);
  expect(answer.ConsumedCapacity).toEqual([
    { TableName: "accounts", CapacityUnits: 8, WriteCapacityUnits: 8 },
  ]);
});

test("a write costs twice what it costs alone, and its entry in an index as much", async () => {
  await createOwned();
  const Put = { TableName: "owned", Item: { pk: { S: "a" }, owner: { S: "o" } } };
  const { ConsumedCapacity } = await transact([{ Put }], { ReturnConsumedCapacity: "INDEXES" });
  expect(ConsumedCapacity).toMatchObject([
    {
      CapacityUnits: 3,
      Table: { WriteCapacityUnits: 2 },
      GlobalSecondaryIndexes: { "by-owner": { WriteCapacityUnits: 1 } },
    },
  ]);
});

test("or none of it, with the reason of each action", async () => {
  const error = await transact([
    ...move("500"),
    { ConditionCheck: { ...at("c"), ConditionExpression: "attribute_not_exists(pk)" } },
  ]).catch((error) => error);
  expect(error.code).toBe("TransactionCanceledException");
  expect(error.message).toBe(
    "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None, None]",
  );
  expect(error.details.CancellationReasons).toEqual([
    {
      Code: "ConditionalCheckFailed",
      Message: "The conditional request failed",
      Item: { pk: { S: "a" }, amount: { N: "100" } },
    },
    { Code: "None" },
    { Code: "None" },
  ]);
  expect([await amount("a"), await amount("b")]).toEqual(["100", "0"]);
});

test("an update that cannot be applied cancels as well", async () => {
  const wrong = { Update: { ...at("c"), UpdateExpression: "SET x = absent" } };
  const error = await transact([...move("1"), wrong]).catch((error) => error);
  expect(error.details.CancellationReasons.at(-1)).toEqual({
    Code: "ValidationError",
    Message: "The provided expression refers to an attribute that does not exist in the item",
  });
  expect(await amount("a")).toBe("100");
});

test("a key that does not fit the table cancels as well, before a duplicate refuses the request", async () => {
  await createOwned();
  const put = (Item: object, TableName = "accounts") => ({ Put: { TableName, Item } });
  const error = await transact([
    put({ pk: { N: "1" } }),
    put({ amount: { N: "1" } }),
    put({ pk: { S: "c" }, owner: { N: "1" } }, "owned"),
    { Delete: { TableName: "accounts", Key: { pk: { S: "c" }, more: { S: "x" } } } },
    { Delete: at("c") },
    { Delete: at("c") },
  ]).catch((error) => error);
  const invalid = "One or more parameter values were invalid:";
  expect(error.details.CancellationReasons).toEqual([
    { Code: "ValidationError", Message: `${invalid} Type mismatch for key pk expected: S actual: N` },
    { Code: "ValidationError", Message: `${invalid} Missing the key pk in the item` },
    {
      Code: "ValidationError",
      Message: `${invalid} Type mismatch for Index Key owner Expected: S Actual: N IndexName: by-owner`,
    },
    { Code: "ValidationError", Message: "The provided key element does not match the schema" },
    { Code: "None" },
    { Code: "None" },
  ]);
  const TransactItems = [{ Get: at("a") }, { Get: { TableName: "accounts", Key: {} } }];
  expect(await refusal(cloud.call("TransactGetItems", { TransactItems }))).toBe(
    "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]",
  );
  expect(await refusal(transact([put({ pk: { S: "" } })]))).toMatch(/^ValidationException: .* Key: pk$/);
});

test("a client token makes a repeated request one, for ten minutes", async () => {
  const token = { ClientRequestToken: "token-1" };
  await transact(move("10"), token);
  const again = await transact(move("10"), { ...token, ReturnConsumedCapacity: "TOTAL" });
  expect(await amount("a")).toBe("90");
  expect(again.ConsumedCapacity).toEqual([{ TableName: "accounts", CapacityUnits: 4, ReadCapacityUnits: 4 }]);
  const reordered = move("10").map(({ Update }) => ({
    Update: Object.fromEntries(Object.entries(Update).reverse()),
  }));
  await transact(reordered, token);
  expect(await amount("a")).toBe("90");
  expect(await refusal(transact(move("20"), token))).toMatch(/^IdempotentParameterMismatchException: /);
  advance(cloud.clock, 10 * 60 * 1000);
  await transact(move("20"), token);
  expect(await amount("a")).toBe("70");
});

test("a cancelled transaction does not use up its token", async () => {
  const token = { ClientRequestToken: "token-2" };
  expect(await refusal(transact(move("200"), token))).toMatch(/^TransactionCanceledException/);
  await put("a", "500");
  await transact(move("200"), token);
  expect(await amount("a")).toBe("300");
});

test("an item occurs once, an action has one kind, and there are at most 100", async () => {
  expect(await refusal(transact([...move("1"), { Delete: at("a") }]))).toBe(
    "ValidationException: Transaction request cannot include multiple operations on one item",
  );
  expect(
    await refusal(
      transact([{ Delete: at("x"), ConditionCheck: { ...at("y"), ConditionExpression: "a = b" } }]),
    ),
  ).toBe("ValidationException: TransactItems can only contain one of Check, Put, Update or Delete");
  const many = Array.from({ length: 101 }, (_, n) => ({ Delete: at(String(n)) }));
  expect(await refusal(transact(many))).toMatch("Member must have length less than or equal to 100");
  await transact(many.slice(1));
});

test("4 MB is the most that one transaction writes", async () => {
  const large = Array.from({ length: 11 }, (_, n) => ({
    Put: { TableName: "accounts", Item: { pk: { S: `large-${n}` }, body: { S: "x".repeat(400_000) } } },
  }));
  expect(await refusal(transact(large))).toMatch(/^ValidationException: .*4 MB/);
  expect((await cloud.call("GetItem", at("large-0"))).Item).toBeUndefined();
  await transact(large.slice(1));
});

test("reads are of one moment, with projections", async () => {
  const { Responses, ConsumedCapacity } = await cloud.call("TransactGetItems", {
    TransactItems: [
      { Get: at("a") },
      { Get: at("none") },
      { Get: { ...at("b"), ProjectionExpression: "amount" } },
    ],
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(Responses).toEqual([
    { Item: { pk: { S: "a" }, amount: { N: "100" } } },
    {},
    { Item: { amount: { N: "0" } } },
  ]);
  expect(ConsumedCapacity).toEqual([{ TableName: "accounts", CapacityUnits: 6, ReadCapacityUnits: 6 }]);
});
