import { expect, test } from "vitest";
import { refusal, startCloud, tableInput } from "./harness.ts";

/** The parameters from before expressions. */

const cloud = startCloud();
await cloud.call("CreateTable", tableInput("things", "N"));

const TableName = "things";
const Key = { pk: { S: "p" }, sk: { N: "1" } };
const put = (more: object = {}, attributes: object = {}) =>
  cloud.call("PutItem", { TableName, Item: { ...Key, ...attributes }, ...more });
const S = (text: string) => ({ S: text });

test.each([
  [{ s: { Value: S("hello") } }, true],
  [{ s: { Value: S("other") } }, false],
  [{ none: { Exists: false } }, true],
  [{ s: { Exists: false } }, false],
  [{ s: { ComparisonOperator: "EQ", AttributeValueList: [S("hello")] } }, true],
  [{ s: { ComparisonOperator: "NE", Value: S("hello") } }, false],
  [{ n: { ComparisonOperator: "LT", AttributeValueList: [{ N: "10" }] } }, true],
  [{ n: { ComparisonOperator: "GE", AttributeValueList: [{ N: "10" }] } }, false],
  [{ n: { ComparisonOperator: "BETWEEN", AttributeValueList: [{ N: "5" }, { N: "6" }] } }, true],
  [{ s: { ComparisonOperator: "IN", AttributeValueList: [S("a"), S("hello")] } }, true],
  [{ s: { ComparisonOperator: "BEGINS_WITH", AttributeValueList: [S("he")] } }, true],
  [{ s: { ComparisonOperator: "CONTAINS", AttributeValueList: [S("ell")] } }, true],
  [{ s: { ComparisonOperator: "NOT_CONTAINS", AttributeValueList: [S("ell")] } }, false],
  [{ s: { ComparisonOperator: "NOT_NULL" }, none: { ComparisonOperator: "NULL" } }, true],
  [{ s: { ComparisonOperator: "NOT_NULL" }, n: { ComparisonOperator: "NULL" } }, false],
])("the expectation %j is met: %s", async (Expected, met) => {
  await put({}, { s: S("hello"), n: { N: "5" } });
  const outcome = await refusal(put({ Expected }));
  expect(outcome).toBe(met ? "accepted" : "ConditionalCheckFailedException: The conditional request failed");
});

test("one of several conditions is enough where the operator says so", async () => {
  await put({}, { s: S("hello") });
  const Expected = { s: { Value: S("other") }, none: { Exists: false } };
  expect(await refusal(put({ Expected }))).toMatch("ConditionalCheckFailedException");
  expect(await refusal(put({ Expected, ConditionalOperator: "OR" }))).toBe("accepted");
});

test.each([
  [{ a: {} }, "Value must be provided when Exists is null for Attribute: a"],
  [{ a: { Exists: false, Value: S("x") } }, "Value cannot be used when Exists is false for Attribute: a"],
  [
    { a: { Value: S("x"), AttributeValueList: [] } },
    "Value and AttributeValueList cannot be used together for Attribute: a",
  ],
  [
    { a: { AttributeValueList: [S("x")] } },
    "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
  ],
  [
    { a: { ComparisonOperator: "LT" } },
    "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
  ],
  [
    { a: { ComparisonOperator: "EQ", AttributeValueList: [S("x"), S("y")] } },
    "Invalid number of argument(s) for the EQ ComparisonOperator",
  ],
  [
    { a: { ComparisonOperator: "IN", AttributeValueList: [S("x"), { N: "1" }] } },
    "AttributeValues inside AttributeValueList must be of same type",
  ],
  [
    { a: { ComparisonOperator: "BEGINS_WITH", AttributeValueList: [{ N: "1" }] } },
    "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type",
  ],
])("the expectation %j is refused", async (Expected, message) => {
  expect(await refusal(put({ Expected }))).toBe(
    `ValidationException: One or more parameter values were invalid: ${message}`,
  );
});

test("attributes are put, added to and deleted", async () => {
  await put({}, { n: { N: "5" }, ss: { SS: ["a", "b"] }, l: { L: [S("x")] }, gone: S("x") });
  const { Attributes } = await cloud.call("UpdateItem", {
    TableName,
    Key,
    AttributeUpdates: {
      s: { Value: S("new") },
      n: { Action: "ADD", Value: { N: "2" } },
      l: { Action: "ADD", Value: { L: [S("y")] } },
      ss: { Action: "DELETE", Value: { SS: ["a"] } },
      gone: { Action: "DELETE" },
    },
    ReturnValues: "ALL_NEW",
  });
  expect(Attributes).toEqual({
    ...Key,
    s: S("new"),
    n: { N: "7" },
    l: { L: [S("x"), S("y")] },
    ss: { SS: ["b"] },
  });
});

test.each([
  [{}, "Only DELETE action is allowed when no attribute value is specified"],
  [{ Action: "ADD", Value: S("x") }, "ADD action is not supported for the type S"],
  [{ Action: "DELETE", Value: S("x") }, "DELETE action with value is not supported for the type S"],
])("the update %j is refused", async (a, message) => {
  expect(await refusal(cloud.call("UpdateItem", { TableName, Key, AttributeUpdates: { a } }))).toBe(
    `ValidationException: One or more parameter values were invalid: ${message}`,
  );
});

test("a query and a scan are filtered and projected", async () => {
  for (const sk of ["1", "2", "3"]) {
    const Item = { pk: S("q"), sk: { N: sk }, parity: S(Number(sk) % 2 ? "odd" : "even"), more: S("x") };
    await cloud.call("PutItem", { TableName, Item });
  }
  const pk = { ComparisonOperator: "EQ", AttributeValueList: [S("q")] };
  const sk = { ComparisonOperator: "GT", AttributeValueList: [{ N: "1" }] };
  const odd = { parity: { ComparisonOperator: "EQ", AttributeValueList: [S("odd")] } };
  const AttributesToGet = ["sk"];
  const queried = await cloud.call("Query", {
    TableName,
    KeyConditions: { pk, sk },
    QueryFilter: odd,
    AttributesToGet,
  });
  expect(queried).toMatchObject({ Items: [{ sk: { N: "3" } }], Count: 1, ScannedCount: 2 });
  const scanned = await cloud.call("Scan", { TableName, ScanFilter: odd, AttributesToGet });
  expect(scanned.Items).toEqual([{ sk: { N: "1" } }, { sk: { N: "3" } }]);
  const item = await cloud.call("GetItem", {
    TableName,
    Key: { pk: S("q"), sk: { N: "2" } },
    AttributesToGet,
  });
  expect(item).toEqual({ Item: { sk: { N: "2" } } });
});

test.each([
  [{}, "Conditions can be of length 1 or 2 only"],
  [
    { pk: { ComparisonOperator: "NE", AttributeValueList: [S("q")] } },
    "Attempted conditional constraint is not an indexable operation",
  ],
  [
    { sk: { ComparisonOperator: "EQ", AttributeValueList: [{ N: "1" }] } },
    "Query condition missed key schema element: pk",
  ],
])("the key conditions %j are refused", async (KeyConditions, message) => {
  expect(await refusal(cloud.call("Query", { TableName, KeyConditions }))).toBe(
    `ValidationException: ${message}`,
  );
});

test("a request has expressions or legacy parameters, not both", async () => {
  const mixed = {
    Expected: { a: { Exists: false } },
    ConditionExpression: "attribute_exists(pk)",
  };
  expect(await refusal(put(mixed))).toBe(
    "ValidationException: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
  );
  const twice = cloud.call("GetItem", { TableName, Key, AttributesToGet: ["a", "a"] });
  expect(await refusal(twice)).toMatch("Duplicate value in attribute name: a");
});
