import { expect, test } from "vitest";
import { authorizer } from "../../../local/iam/authorizer.ts";
import { Identities } from "../../../local/iam/identities.ts";
import type { Statement } from "../../../local/iam/policy.ts";
import { startCloud } from "../dynamodb/harness.ts";

const ROLE = "arn:aws:iam::000000000000:role/worker";
const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/runs";

/** A table with a global index by status and a local one by time, and a role with these statements. */
async function cloud(...statements: Statement[]) {
  const { kernel, call } = startCloud();
  await call("CreateTable", {
    TableName: "runs",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "status", "time"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S",
    })),
    KeySchema: schema("pk", "sk"),
    GlobalSecondaryIndexes: [
      { IndexName: "by-status", KeySchema: schema("status"), Projection: { ProjectionType: "ALL" } },
    ],
    LocalSecondaryIndexes: [
      { IndexName: "by-time", KeySchema: schema("pk", "time"), Projection: { ProjectionType: "ALL" } },
    ],
  });
  await call("CreateTable", {
    TableName: "counts",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "n", AttributeType: "N" }],
    KeySchema: schema("n"),
  });
  const identities = new Identities(kernel);
  identities.putRole("worker", ROLE);
  identities.putPolicy("policy", ["worker"], [{ Statement: statements }]);
  kernel.authorizer = authorizer(kernel, identities, () => true);
  return (operation: string, input: object): Promise<string> =>
    kernel.call("dynamodb", operation, input, { caller: ROLE }).then(
      () => "done",
      (error: Error) => error.name,
    );
}

function schema(hash: string, range?: string): object[] {
  const key = { AttributeName: hash, KeyType: "HASH" };
  return range ? [key, { AttributeName: range, KeyType: "RANGE" }] : [key];
}

const DENIED = "AccessDeniedException";
const may = (Condition: Statement["Condition"], Action: string | string[] = "dynamodb:*"): Statement => ({
  Effect: "Allow",
  Action,
  Resource: ["*"],
  Condition,
});
const only = (...keys: string[]) => may({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } });

const key = (pk: string, sk = "1") => ({ pk: { S: pk }, sk: { S: sk } });
const on = (pk: string, more: object = {}) => ({ TableName: "runs", Key: key(pk), ...more });
const put = (pk: string, more: object = {}) => ({ TableName: "runs", Item: { ...key(pk), ...more } });
const of = (text: string) => ({ ExpressionAttributeValues: { ":v": { S: text } } });

test("a transaction needs what each of its actions needs; an index is a resource of its own", async () => {
  const call = await cloud({
    Effect: "Allow",
    Action: ["dynamodb:PutItem", "dynamodb:Query"],
    Resource: TABLE,
  });
  const write = (...TransactItems: object[]) => call("TransactWriteItems", { TransactItems });
  expect(await write({ Put: put("a") }, { Put: { ...put("b"), TableName: TABLE } })).toBe("done");
  expect(await write({ Put: put("a") }, { Delete: on("b") })).toBe(DENIED);
  const check = on("a", { ConditionExpression: "attribute_exists(pk)" });
  expect(await write({ ConditionCheck: check })).toBe(DENIED);
  const query = { TableName: "runs", KeyConditionExpression: "pk = :v", ...of("a") };
  expect(await call("Query", query)).toBe("done");
  expect(await call("Query", { ...query, IndexName: "by-time" })).toBe(DENIED);
});

test("a batch needs its own permission for each table, by name or ARN", async () => {
  const call = await cloud({
    Effect: "Allow",
    Action: ["dynamodb:BatchWriteItem", "dynamodb:BatchGetItem"],
    Resource: TABLE,
  });
  const count = { PutRequest: { Item: { n: { N: "1" } } } };
  const run = { PutRequest: { Item: key("a") } };
  expect(await call("BatchWriteItem", { RequestItems: { runs: [run] } })).toBe("done");
  expect(await call("BatchWriteItem", { RequestItems: { [TABLE]: [run] } })).toBe("done");
  expect(await call("BatchWriteItem", { RequestItems: { runs: [run], counts: [count] } })).toBe(DENIED);
  expect(await call("BatchGetItem", { RequestItems: { runs: { Keys: [key("a")] } } })).toBe("done");
});

test("tables are named in calls about them, and in those about tags", async () => {
  const call = await cloud({ Effect: "Allow", Action: "dynamodb:*", Resource: TABLE });
  const tags = (ResourceArn: string) => call("ListTagsOfResource", { ResourceArn });
  expect(await call("DescribeTable", { TableName: "runs" })).toBe("done");
  expect(await call("DescribeTable", { TableName: "counts" })).toBe(DENIED);
  expect(await tags(TABLE)).toBe("done");
  expect(await tags(TABLE.replace("runs", "counts"))).toBe(DENIED);
  expect(await call("ListTables", {})).toBe(DENIED);
});

test.each<[string, string, (pk: string) => object]>([
  ["GetItem", "GetItem", (pk) => on(pk)],
  ["DeleteItem", "DeleteItem", (pk) => on(pk)],
  ["UpdateItem", "UpdateItem", (pk) => on(pk)],
  ["PutItem", "PutItem", (pk) => put(pk)],
  ["Query", "Query", (pk) => ({ TableName: "runs", KeyConditionExpression: "pk = :v", ...of(pk) })],
  [
    "a Query by name placeholder, the other way round, with a sort key",
    "Query",
    (pk) => ({
      TableName: "runs",
      KeyConditionExpression: ":v = #k AND begins_with(sk, :s)",
      ExpressionAttributeNames: { "#k": "pk" },
      ExpressionAttributeValues: { ":v": { S: pk }, ":s": { S: "own" } },
    }),
  ],
  [
    "a Query from before expressions",
    "Query",
    (pk) => ({
      TableName: "runs",
      KeyConditions: { pk: { ComparisonOperator: "EQ", AttributeValueList: [{ S: pk }] } },
    }),
  ],
  [
    "a Query of a local index",
    "Query",
    (pk) => ({ TableName: "runs", IndexName: "by-time", KeyConditionExpression: "pk = :v", ...of(pk) }),
  ],
  [
    "a Query of a global index, by the index's key",
    "Query",
    (status) => ({
      TableName: "runs",
      IndexName: "by-status",
      KeyConditionExpression: "#s = :v",
      ExpressionAttributeNames: { "#s": "status" },
      ...of(status),
    }),
  ],
  [
    "BatchGetItem, every key",
    "BatchGetItem",
    (pk) => ({ RequestItems: { runs: { Keys: [key("own"), key(pk, "2")] } } }),
  ],
  [
    "BatchWriteItem, every item",
    "BatchWriteItem",
    (pk) => ({
      RequestItems: {
        runs: [{ PutRequest: { Item: key("own") } }, { PutRequest: { Item: key(pk, "2") } }],
      },
    }),
  ],
  [
    "BatchWriteItem, every key",
    "BatchWriteItem",
    (pk) => ({ RequestItems: { runs: [{ DeleteRequest: { Key: key(pk) } }] } }),
  ],
  ["a Get in a transaction", "TransactGetItems", (pk) => ({ TransactItems: [{ Get: on(pk) }] })],
  ["a Put in a transaction", "TransactWriteItems", (pk) => ({ TransactItems: [{ Put: put(pk) }] })],
  ["a Delete in a transaction", "TransactWriteItems", (pk) => ({ TransactItems: [{ Delete: on(pk) }] })],
  [
    "an Update in a transaction",
    "TransactWriteItems",
    (pk) => ({ TransactItems: [{ Put: put("own") }, { Update: on(pk, setting("x")) }] }),
  ],
  [
    "a ConditionCheck in a transaction",
    "TransactWriteItems",
    (pk) => ({
      TransactItems: [{ ConditionCheck: on(pk, { ConditionExpression: "attribute_not_exists(x)" }) }],
    }),
  ],
])("LeadingKeys of %s", async (_, operation, input) => {
  const call = await cloud(only("own", "own#*"));
  expect(await call(operation, input("own#1"))).toBe("done");
  expect(await call(operation, input("other"))).toBe(DENIED);
});

function setting(attribute: string): object {
  return { UpdateExpression: `SET ${attribute} = :v`, ...of("1") };
}

test("the two names of LeadingKeys are the same key; there is no second one", async () => {
  const call = await cloud(
    may({
      "ForAllValues:StringEquals": { "dynamodb:FirstPartitionKeyValues": "own" },
      Null: { "dynamodb:SecondPartitionKeyValues": "true" },
    }),
  );
  expect(await call("GetItem", on("own"))).toBe("done");
  expect(await call("GetItem", on("other"))).toBe(DENIED);
});

test("a key that is a number is compared in its canonical form", async () => {
  const call = await cloud(may({ "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "10" } }));
  const get = (n: string) => call("GetItem", { TableName: "counts", Key: { n: { N: n } } });
  expect(await get("1.0e1")).toBe("done");
  expect(await get("11")).toBe(DENIED);
});

test("a Scan has no leading keys: ForAllValues holds, ForAnyValue does not", async () => {
  const all = await cloud(only("own"));
  expect(await all("Scan", { TableName: "runs" })).toBe("done");
  const any = await cloud(may({ "ForAnyValue:StringEquals": { "dynamodb:LeadingKeys": "own" } }));
  expect(await any("Scan", { TableName: "runs" })).toBe(DENIED);
  expect(await any("GetItem", on("own"))).toBe("done");
});

test("a Deny by leading keys applies whatever else is allowed", async () => {
  const call = await cloud(may(undefined), {
    Effect: "Deny",
    Action: ["dynamodb:*Item"],
    Resource: "*",
    Condition: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": "control#*" } },
  });
  expect(await call("PutItem", put("run#1"))).toBe("done");
  expect(await call("PutItem", put("control#workflow"))).toBe(DENIED);
  const items = ["run#1", "control#x"].map((pk) => ({ PutRequest: { Item: key(pk) } }));
  expect(await call("BatchWriteItem", { RequestItems: { runs: items } })).toBe(DENIED);
});

test("a request with an invalid key is refused as invalid, whatever the policies", async () => {
  const call = await cloud(only("own"));
  expect(await call("PutItem", { TableName: "runs", Item: { pk: { S: "x", N: "1" } } })).toBe(
    "ValidationException",
  );
  expect(await call("PutItem", { TableName: "runs", Item: { pk: "x" } })).toBe("SerializationException");
  expect(await call("Query", { TableName: "runs", KeyConditionExpression: "pk ~ :v", ...of("own") })).toBe(
    "ValidationException",
  );
  expect(await call("GetItem", { TableName: "runs" })).toBe("ValidationException");
  expect(await call("BatchWriteItem", { RequestItems: { runs: "none" } })).toBe("SerializationException");
});

const attributes = (...names: string[]) =>
  may({ "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", ...names] } });

test.each<[string, string, object, object]>([
  ["the item", "PutItem", put("a", { x: { S: "1" } }), put("a", { y: { S: "1" } })],
  [
    "the condition",
    "PutItem",
    { ...put("a"), ConditionExpression: "attribute_not_exists(x.deep)" },
    { ...put("a"), ConditionExpression: "attribute_not_exists(x) OR size(y) > :v", ...of("1") },
  ],
  ["the update's target", "UpdateItem", on("a", setting("x")), on("a", setting("y"))],
  [
    "the update's operands",
    "UpdateItem",
    on("a", { UpdateExpression: "SET x = if_not_exists(x, :v)", ...of("1") }),
    on("a", { UpdateExpression: "SET x = if_not_exists(y, :v)", ...of("1") }),
  ],
  [
    "what the update removes, by a placeholder",
    "UpdateItem",
    on("a", { UpdateExpression: "REMOVE #a", ExpressionAttributeNames: { "#a": "x" } }),
    on("a", { UpdateExpression: "REMOVE #a", ExpressionAttributeNames: { "#a": "y" } }),
  ],
  [
    "an update from before expressions",
    "UpdateItem",
    on("a", { AttributeUpdates: { x: { Action: "DELETE" } } }),
    on("a", { AttributeUpdates: { y: { Action: "DELETE" } } }),
  ],
  [
    "an expectation",
    "DeleteItem",
    on("a", { Expected: { x: { Exists: false } } }),
    on("a", { Expected: { y: { Exists: false } } }),
  ],
  [
    "the projection",
    "GetItem",
    on("a", { ProjectionExpression: "x.deep[0], sk" }),
    on("a", { ProjectionExpression: "x, y.deep" }),
  ],
  ["the names to get", "GetItem", on("a", { AttributesToGet: ["x"] }), on("a", { AttributesToGet: ["y"] })],
  [
    "the filter of a scan",
    "Scan",
    { TableName: "runs", FilterExpression: "x = :v", ...of("1") },
    { TableName: "runs", FilterExpression: "y = :v", ...of("1") },
  ],
  [
    "the key condition of a query",
    "Query",
    { TableName: "runs", KeyConditionExpression: "pk = :v", ...of("1") },
    {
      TableName: "runs",
      IndexName: "by-status",
      KeyConditionExpression: "#s = :v",
      ExpressionAttributeNames: { "#s": "status" },
      ...of("1"),
    },
  ],
  [
    "the items of a batch",
    "BatchWriteItem",
    { RequestItems: { runs: [{ PutRequest: put("a", { x: { S: "1" } }) }].map(withoutTable) } },
    { RequestItems: { runs: [{ PutRequest: put("a", { y: { S: "1" } }) }].map(withoutTable) } },
  ],
  [
    "the projection of a batch",
    "BatchGetItem",
    { RequestItems: { runs: { Keys: [key("a")], ProjectionExpression: "x" } } },
    { RequestItems: { runs: { Keys: [key("a")], ProjectionExpression: "y" } } },
  ],
])("Attributes: %s", async (_, operation, allowed, refused) => {
  const call = await cloud(attributes("x"));
  expect(await call(operation, allowed)).toBe("done");
  expect(await call(operation, refused)).toBe(DENIED);
});

function withoutTable({ PutRequest: { Item } }: any): object {
  return { PutRequest: { Item } };
}

test("Attributes are those of the request, not of the answer: Select keeps a read to them", async () => {
  const loose = await cloud(attributes("x"));
  expect(await loose("GetItem", on("a"))).toBe("done");
  const call = await cloud(
    may({
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "x"] },
      StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    }),
  );
  expect(await call("GetItem", on("a"))).toBe(DENIED);
  expect(await call("GetItem", on("a", { ProjectionExpression: "x" }))).toBe("done");
  expect(await call("Scan", { TableName: "runs" })).toBe(DENIED);
  expect(await call("Scan", { TableName: "runs", Select: "COUNT" })).toBe(DENIED);
  expect(await call("PutItem", put("a"))).toBe(DENIED);
});

test("Select has a value for each read of an index, a table, a batch and a transaction", async () => {
  const all = await cloud(may({ StringEquals: { "dynamodb:Select": "ALL_ATTRIBUTES" } }));
  const projected = await cloud(may({ StringEquals: { "dynamodb:Select": "ALL_PROJECTED_ATTRIBUTES" } }));
  const index = { TableName: "runs", IndexName: "by-status" };
  expect(await all("Scan", index)).toBe(DENIED);
  expect(await projected("Scan", index)).toBe("done");
  expect(await projected("Scan", { TableName: "runs" })).toBe(DENIED);
  expect(await all("BatchGetItem", { RequestItems: { runs: { Keys: [key("a")] } } })).toBe("done");
  expect(await all("TransactGetItems", { TransactItems: [{ Get: on("a") }] })).toBe("done");
});

test("ReturnValues and ReturnConsumedCapacity have a value even if they are not given", async () => {
  const call = await cloud(
    may({
      StringEquals: { "dynamodb:ReturnValues": ["NONE", "UPDATED_NEW"] },
      StringNotEquals: { "dynamodb:ReturnConsumedCapacity": "TOTAL" },
    }),
  );
  expect(await call("UpdateItem", on("a", setting("x")))).toBe("done");
  expect(await call("UpdateItem", on("a", { ...setting("x"), ReturnValues: "ALL_OLD" }))).toBe(DENIED);
  expect(await call("DeleteItem", on("a", { ReturnConsumedCapacity: "TOTAL" }))).toBe(DENIED);
  expect(await call("TransactWriteItems", { TransactItems: [{ Put: put("a") }] })).toBe("done");
});

test("EnclosingOperation is the transaction of an action, and absent outside of one", async () => {
  const call = await cloud(may({ StringEquals: { "dynamodb:EnclosingOperation": "TransactWriteItems" } }));
  expect(await call("TransactWriteItems", { TransactItems: [{ Put: put("a") }] })).toBe("done");
  expect(await call("PutItem", put("a"))).toBe(DENIED);
  expect(await call("TransactGetItems", { TransactItems: [{ Get: on("a") }] })).toBe(DENIED);
});

test.each([
  ["written in the statement", "{'pk': 'a', 'sk': ?}", "{'pk': 'b', 'sk': ?}", [], []],
  ["a parameter", "{'sk': ?, 'pk': ?}", "{'sk': ?, 'pk': ?}", [{ S: "a" }], [{ S: "b" }]],
])("the partition key of an INSERT is %s", async (_, own, other, ownKey, otherKey) => {
  const call = await cloud(only("a"));
  const insert = (item: string, key: object[]) =>
    call("ExecuteStatement", {
      Statement: `INSERT INTO "runs" VALUE ${item}`,
      Parameters: [{ S: "a" }, ...key],
    });
  expect(await insert(own, ownKey)).toBe("done");
  expect(await insert(other, otherKey)).toBe(DENIED);
});
