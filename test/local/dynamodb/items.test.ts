import { beforeEach, expect, test } from "vitest";
import { itemSize } from "../../../local/dynamodb/value/item-size.ts";
import { type Cloud, refusal, startCloud, tableInput } from "./harness.ts";

let cloud: Cloud;
beforeEach(async () => {
  cloud = startCloud();
  await cloud.call("CreateTable", tableInput("claims"));
});

const Key = { pk: { S: "run-1" } };
const put = (item: object, more: object = {}) =>
  cloud.call("PutItem", { TableName: "claims", Item: { ...Key, ...item }, ...more });
const update = (UpdateExpression: string, more: object = {}) =>
  cloud.call("UpdateItem", { TableName: "claims", Key, UpdateExpression, ...more });
const get = async () => (await cloud.call("GetItem", { TableName: "claims", Key })).Item;

test("a claim is taken once, and later writers receive the existing item", async () => {
  const claim = (owner: string) =>
    put(
      { owner: { S: owner } },
      { ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" },
    );
  await claim("first");
  const error = await claim("second").catch((error) => error);
  expect(error.code).toBe("ConditionalCheckFailedException");
  expect(error.details).toEqual({ Item: { ...Key, owner: { S: "first" } } });
  expect(await get()).toEqual({ ...Key, owner: { S: "first" } });
});

test("a failed condition does not return the item unless requested", async () => {
  const error = await put({}, { ConditionExpression: "attribute_exists(pk)" }).catch((error) => error);
  expect(error.details).toEqual({});
});

test("each form of ReturnValues answers what it documents", async () => {
  expect(await put({ a: { N: "1" }, b: { N: "1" } }, { ReturnValues: "ALL_OLD" })).toEqual({});
  const one = { ExpressionAttributeValues: { ":one": { N: "1" } } };
  const add = async (ReturnValues: string) =>
    (await update("ADD a :one", { ...one, ReturnValues })).Attributes;
  expect(await add("NONE")).toBeUndefined();
  expect(await add("UPDATED_OLD")).toEqual({ a: { N: "2" } });
  expect(await add("UPDATED_NEW")).toEqual({ a: { N: "4" } });
  expect(await add("ALL_OLD")).toEqual({ ...Key, a: { N: "4" }, b: { N: "1" } });
  expect(await add("ALL_NEW")).toEqual({ ...Key, a: { N: "6" }, b: { N: "1" } });
  expect((await put({}, { ReturnValues: "ALL_OLD" })).Attributes).toEqual({
    ...Key,
    a: { N: "6" },
    b: { N: "1" },
  });
  expect(await cloud.call("DeleteItem", { TableName: "claims", Key, ReturnValues: "ALL_OLD" })).toEqual({
    Attributes: Key,
  });
  expect(await cloud.call("DeleteItem", { TableName: "claims", Key, ReturnValues: "ALL_OLD" })).toEqual({});
  expect(await refusal(put({}, { ReturnValues: "ALL_NEW" }))).toBe(
    "ValidationException: ReturnValues can only be ALL_OLD or NONE",
  );
});

test("an update creates the item that is not there", async () => {
  await update("SET a = :v", { ExpressionAttributeValues: { ":v": { S: "x" } } });
  expect(await get()).toEqual({ ...Key, a: { S: "x" } });
});

test.each([
  [{ a: {} }, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"],
  [
    { a: { S: "x", N: "1" } },
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  ],
  [{ a: { SS: [] } }, "One or more parameter values were invalid: An string set  may not be empty"],
  [
    { a: { SS: ["x", "x"] } },
    "One or more parameter values were invalid: Input collection [x, x] contains duplicates.",
  ],
  [{ a: { NS: ["1", "1.0"] } }, "Input collection contains duplicates"],
  [
    { a: { NULL: false } },
    "One or more parameter values were invalid: Null attribute value types must have the value of true",
  ],
  [{ a: { N: "one" } }, "The parameter cannot be converted to a numeric value: one"],
  [
    { pk: { S: "" } },
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
  ],
  [
    { pk: { N: "1" } },
    "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
  ],
  [
    { pk: { S: "x".repeat(2049) } },
    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
  ],
  [{ a: { S: "x".repeat(409_600) } }, "Item size has exceeded the maximum allowed size"],
])("the item %.60j is refused", async (item, message) => {
  expect(await refusal(put(item))).toBe(`ValidationException: ${message}`);
});

test.each([
  [{ a: { S: 1 } }, "NUMBER_VALUE cannot be converted to String"],
  [{ a: { BOOL: "yes" } }, "Unexpected token received from parser"],
  [{ a: { B: "x" } }, "Base64 encoded length is expected a multiple of 4 bytes but found: 1"],
  [{ a: "text" }, "Unexpected value type in payload"],
])("the malformed item %j is refused", async (item, message) => {
  expect(await refusal(put(item))).toBe(`SerializationException: ${message}`);
});

test("an item may have exactly 400 KB, empty strings and empty collections", async () => {
  const room = 409_600 - "pk".length - "run-1".length - "a".length - "b".length;
  await put({ a: { S: "x".repeat(room) }, b: { S: "" } });
  await put({ b: { S: "" }, c: { L: [] }, d: { M: {} }, e: { B: "" } });
  expect(await get()).toEqual({ ...Key, b: { S: "" }, c: { L: [] }, d: { M: {} }, e: { B: "" } });
  expect(
    await refusal(update("SET z = :z", { ExpressionAttributeValues: { ":z": { S: "x".repeat(409_600) } } })),
  ).toBe("ValidationException: Item size to update has exceeded the maximum allowed size");
});

test("an update counts what it changes: the size is that of the whole item", async () => {
  const [n, l, s] = [{ N: "1234" }, { L: [{ S: "yy" }] }, { SS: ["y", "zz"] }];
  await put({ a: { S: "ä" }, l1: { L: [{ S: "x" }] }, m1: { M: { n: { N: "1" } } }, s1: { SS: ["x"] } });
  for (const [expression, values] of [
    ["SET a = :n, b = :n", { ":n": n }],
    ["SET m1.n = :n, m1.o = :n, l1[3] = :n", { ":n": n }],
    ["SET l1 = list_append(l1, :l), c = a REMOVE m1.n", { ":l": l }],
    ["ADD s1 :s, b :n REMOVE absent", { ":n": n, ":s": s }],
    ["DELETE s1 :s", { ":s": s }],
    ["REMOVE a, l1[0], m1"],
  ] as const) {
    await update(expression, values && { ExpressionAttributeValues: values });
    const stored = cloud.kernel.store.get("SELECT size FROM dynamodb_items");
    expect(stored, expression).toEqual({ size: itemSize(await get()) });
  }
  await cloud.call("DeleteItem", { TableName: "claims", Key });
  await update("SET a = :n", { ExpressionAttributeValues: { ":n": n } });
  expect(cloud.kernel.store.get("SELECT size FROM dynamodb_items")).toEqual({ size: itemSize(await get()) });
});

test("values nest 31 levels deep, and no deeper", async () => {
  const nested = (levels: number): object => (levels === 0 ? { S: "x" } : { L: [nested(levels - 1)] });
  await put({ a: nested(31) });
  expect(await refusal(put({ a: nested(32) }))).toMatch("Nesting Levels have exceeded supported limits");
});

test("a key must be the key", async () => {
  const message = "ValidationException: The provided key element does not match the schema";
  for (const wrong of [{}, { pk: { N: "1" } }, { pk: { S: "a" }, more: { S: "b" } }]) {
    expect(await refusal(cloud.call("GetItem", { TableName: "claims", Key: wrong }))).toBe(message);
  }
  const empty =
    "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk";
  const Key = { pk: { S: "" } };
  for (const operation of ["GetItem", "UpdateItem", "DeleteItem"]) {
    expect(await refusal(cloud.call(operation, { TableName: "claims", Key }))).toBe(empty);
  }
});

test("parameters that are missing, wrong or not supported are refused by name", async () => {
  const call = (operation: string, input: object) => refusal(cloud.call(operation, input));
  expect(await call("GetItem", {})).toBe(
    "ValidationException: 2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null; Value null at 'key' failed to satisfy constraint: Member must not be null",
  );
  expect(await call("PutItem", { TableName: "claims", Item: Key, ReturnValues: "SOME" })).toBe(
    "ValidationException: 1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
  );
  expect(await call("PutItem", { TableName: "claims", Item: Key, Segment: 1 })).toBe(
    "ValidationException: The local cloud does not serve the parameter Segment of PutItem.",
  );
  expect(await call("PutItem", { TableName: 5, Item: Key })).toBe(
    "SerializationException: NUMBER_VALUE cannot be converted to String",
  );
  expect(await call("PutItem", { TableName: "nowhere", Item: Key })).toBe(
    "ResourceNotFoundException: Requested resource not found",
  );
});

test("capacity is counted as the service bills it", async () => {
  const units = async (call: Promise<any>) => (await call).ConsumedCapacity?.CapacityUnits;
  const total = { ReturnConsumedCapacity: "TOTAL" };
  const read = (more: object = {}) =>
    units(cloud.call("GetItem", { TableName: "claims", Key, ...total, ...more }));
  expect(await units(put({}))).toBeUndefined();
  expect(await read()).toBe(0.5);
  expect(await units(put({ a: { S: "x".repeat(5000) } }, total))).toBe(5);
  expect(await read()).toBe(1);
  expect(await read({ ConsistentRead: true })).toBe(2);
  expect(await units(put({ a: { S: "x" } }, total))).toBe(5);
  expect(await units(update("REMOVE a", total))).toBe(1);
});

test("a batch writes and reads items of several tables", async () => {
  await cloud.call("CreateTable", tableInput("other", "N"));
  const item = (sk: number) => ({ pk: { S: "p" }, sk: { N: String(sk) } });
  await put({});
  const written = await cloud.call("BatchWriteItem", {
    RequestItems: {
      claims: [{ DeleteRequest: { Key } }, { PutRequest: { Item: { pk: { S: "run-2" } } } }],
      other: [{ PutRequest: { Item: item(1) } }, { PutRequest: { Item: item(2) } }],
    },
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(written).toEqual({
    UnprocessedItems: {},
    ConsumedCapacity: [
      { TableName: "claims", CapacityUnits: 2 },
      { TableName: "other", CapacityUnits: 2 },
    ],
  });
  const { Responses, UnprocessedKeys } = await cloud.call("BatchGetItem", {
    RequestItems: {
      claims: { Keys: [Key, { pk: { S: "run-2" } }] },
      other: { Keys: [item(1), item(2)], ProjectionExpression: "sk" },
    },
  });
  expect(Responses).toEqual({
    claims: [{ pk: { S: "run-2" } }],
    other: [{ sk: { N: "1" } }, { sk: { N: "2" } }],
  });
  expect(UnprocessedKeys).toEqual({});
});

test("a batch with the same item twice, or too many, is refused", async () => {
  const duplicate = [{ DeleteRequest: { Key } }, { PutRequest: { Item: Key } }];
  expect(await refusal(cloud.call("BatchWriteItem", { RequestItems: { claims: duplicate } }))).toBe(
    "ValidationException: Provided list of item keys contains duplicates",
  );
  const many = Array.from({ length: 101 }, (_, at) => ({ pk: { S: String(at) } }));
  expect(await refusal(cloud.call("BatchGetItem", { RequestItems: { claims: { Keys: many } } }))).toMatch(
    "at 'requestItems.claims.member.keys' failed to satisfy constraint: Member must have length less than or equal to 100",
  );
});

test.each([
  [{ S: "a", N: "" }, "The parameter cannot be converted to a numeric value"],
  [{ S: "a", NS: ["1", "b"] }, "The parameter cannot be converted to a numeric value: b"],
  [
    { S: "a", N: "1" },
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  ],
])("the value %j is refused by its first error", async (value, message) => {
  expect(await refusal(put({ value }))).toBe(`ValidationException: ${message}`);
});

test("a batch is checked as a whole before its tables", async () => {
  const call = (operation: string, RequestItems: object) => refusal(cloud.call(operation, { RequestItems }));
  expect(await call("BatchGetItem", { nowhere: { Keys: [Key, Key] } })).toBe(
    "ValidationException: Provided list of item keys contains duplicates",
  );
  const keys = (from: number) => Array.from({ length: 51 }, (_, at) => ({ pk: { S: String(from + at) } }));
  expect(await call("BatchGetItem", { here: { Keys: keys(0) }, there: { Keys: keys(51) } })).toBe(
    "ValidationException: Too many items requested for the BatchGetItem call",
  );
  expect(await call("BatchWriteItem", { claims: [] })).toBe(
    "ValidationException: 1 validation error detected: Value '{\"claims\":[]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
  );
});

test("an update does not go into an index key either", async () => {
  const indexed = {
    AttributeDefinitions: [{ AttributeName: "kind", AttributeType: "S" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-kind",
        KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  };
  await cloud.call("CreateTable", tableInput("indexed", undefined, indexed));
  const UpdateExpression = "SET copied = kind[1]";
  expect(await refusal(cloud.call("UpdateItem", { TableName: "indexed", Key, UpdateExpression }))).toBe(
    "ValidationException: Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: kind",
  );
});
