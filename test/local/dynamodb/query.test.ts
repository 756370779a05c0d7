import { beforeAll, expect, test } from "vitest";
import { type Cloud, refusal, startCloud, tableInput } from "./harness.ts";

let cloud: Cloud;

const index = (IndexName: string, hash: string, range: string | undefined, Projection: object) => ({
  IndexName,
  KeySchema: [
    { AttributeName: hash, KeyType: "HASH" },
    ...(range ? [{ AttributeName: range, KeyType: "RANGE" }] : []),
  ],
  Projection,
});

beforeAll(async () => {
  cloud = startCloud();
  await cloud.call(
    "CreateTable",
    tableInput("events", "S", {
      AttributeDefinitions: [
        { AttributeName: "kind", AttributeType: "S" },
        { AttributeName: "height", AttributeType: "N" },
      ],
      GlobalSecondaryIndexes: [
        index("by-kind", "kind", "height", { ProjectionType: "INCLUDE", NonKeyAttributes: ["note"] }),
      ],
      LocalSecondaryIndexes: [index("by-rank", "pk", "height", { ProjectionType: "KEYS_ONLY" })],
    }),
  );
  const put = (Item: object) => cloud.call("PutItem", { TableName: "events", Item });
  for (const [at, sk] of ["a#1", "a#2", "b#1", "b#2", "c"].entries()) {
    await put({
      pk: { S: "p" },
      sk: { S: sk },
      kind: { S: "even" },
      height: { N: String(-at) },
      note: { S: sk },
      body: { S: "…" },
    });
  }
  await put({ pk: { S: "p" }, sk: { S: "unindexed" }, kind: { S: "even" } });
  await put({ pk: { S: "q" }, sk: { S: "x" }, kind: { S: "odd" }, height: { N: "3" } });
});

const query = (KeyConditionExpression: string, values: Record<string, object>, more: object = {}) =>
  cloud.call("Query", {
    TableName: "events",
    KeyConditionExpression,
    ExpressionAttributeValues: values,
    ...more,
  });
const sortKeys = (page: any) => page.Items.map((item: any) => item.sk.S);
const P = { ":p": { S: "p" } };

test.each([
  ["pk = :p AND sk = :a", "b#1", ["b#1"]],
  ["pk = :p AND sk < :a", "b#1", ["a#1", "a#2"]],
  ["pk = :p AND sk <= :a", "b#1", ["a#1", "a#2", "b#1"]],
  ["pk = :p AND sk > :a", "b#2", ["c", "unindexed"]],
  ["sk >= :a AND pk = :p", "b#2", ["b#2", "c", "unindexed"]],
  ["pk = :p AND begins_with(sk, :a)", "a#", ["a#1", "a#2"]],
  [":p = pk AND :a < sk", "c", ["unindexed"]],
])("%s with %j finds %j", async (condition, a, found) => {
  expect(sortKeys(await query(condition, { ...P, ":a": { S: a } }))).toEqual(found);
});

test("BETWEEN includes both ends, and a query also runs backward", async () => {
  const between = { ...P, ":a": { S: "a#2" }, ":b": { S: "b#2" } };
  expect(sortKeys(await query("pk = :p AND sk BETWEEN :a AND :b", between))).toEqual(["a#2", "b#1", "b#2"]);
  const page = await query("pk = :p AND sk BETWEEN :a AND :b", between, { ScanIndexForward: false });
  expect(sortKeys(page)).toEqual(["b#2", "b#1", "a#2"]);
});

test.each([true, false])(
  "pages follow each other without gap or overlap (forward: %s)",
  async (ScanIndexForward) => {
    for (const IndexName of [undefined, "by-kind", "by-rank"]) {
      const [condition, values] =
        IndexName === "by-kind" ? ["kind = :k", { ":k": { S: "even" } }] : ["pk = :p", P];
      const whole = sortKeys(
        await query(condition as string, values as any, { IndexName, ScanIndexForward }),
      );
      const paged: string[] = [];
      let ExclusiveStartKey: object | undefined;
      do {
        const page = await query(condition as string, values as any, {
          IndexName,
          ScanIndexForward,
          Limit: 2,
          ExclusiveStartKey,
        });
        expect(page.Items.length).toBeLessThanOrEqual(2);
        paged.push(...sortKeys(page));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      expect(paged).toEqual(whole);
    }
  },
);

test("a limit counts before the filter", async () => {
  const page = await query(
    "pk = :p",
    { ...P, ":n": { S: "b#1" } },
    { Limit: 3, FilterExpression: "note >= :n" },
  );
  expect(page).toMatchObject({
    Count: 1,
    ScannedCount: 3,
    LastEvaluatedKey: { pk: { S: "p" }, sk: { S: "b#1" } },
  });
});

test("a page ends at 1 MB", async () => {
  await cloud.call("CreateTable", tableInput("large", "N"));
  for (let at = 0; at < 5; at++) {
    const Item = { pk: { S: "p" }, sk: { N: String(at) }, body: { S: "x".repeat(300_000) } };
    await cloud.call("PutItem", { TableName: "large", Item });
  }
  const page = await query("pk = :p", P, { TableName: "large", ReturnConsumedCapacity: "TOTAL" });
  expect(page.Count).toBe(4);
  expect(page.LastEvaluatedKey).toEqual({ pk: { S: "p" }, sk: { N: "3" } });
  expect(page.ConsumedCapacity.CapacityUnits).toBe(Math.ceil((4 * 300_010) / 4096) / 2);
});

test("an index is sparse, sorted by its own key and stores what it projects", async () => {
  const page = await query(
    "kind = :k",
    { ":k": { S: "even" } },
    { IndexName: "by-kind", ReturnConsumedCapacity: "INDEXES" },
  );
  expect(sortKeys(page)).toEqual(["c", "b#2", "b#1", "a#2", "a#1"]);
  expect(Object.keys(page.Items[0]).sort()).toEqual(["height", "kind", "note", "pk", "sk"]);
  expect(page.ConsumedCapacity).toEqual({
    TableName: "events",
    CapacityUnits: 0.5,
    Table: { CapacityUnits: 0 },
    GlobalSecondaryIndexes: { "by-kind": { CapacityUnits: 0.5 } },
  });
});

test("a local index fetches attributes that it does not store, on request", async () => {
  const height = (more: object) =>
    query("pk = :p AND height < :r", { ...P, ":r": { N: "-2" } }, { IndexName: "by-rank", ...more });
  expect(Object.keys((await height({})).Items[0]).sort()).toEqual(["height", "pk", "sk"]);
  expect((await height({ Select: "ALL_ATTRIBUTES", ConsistentRead: true })).Items[0]).toHaveProperty("body");
  expect((await height({ ProjectionExpression: "note" })).Items).toEqual([
    { note: { S: "c" } },
    { note: { S: "b#2" } },
  ]);
  expect(await height({ Select: "COUNT" })).toEqual({ Count: 2, ScannedCount: 2 });
});

test("an item moves and disappears in the index as its keys change", async () => {
  const Key = { pk: { S: "q" }, sk: { S: "x" } };
  const odd = async () => (await query("kind = :k", { ":k": { S: "odd" } }, { IndexName: "by-kind" })).Items;
  const update = (UpdateExpression: string, values?: object) =>
    cloud.call("UpdateItem", {
      TableName: "events",
      Key,
      UpdateExpression,
      ...(values && { ExpressionAttributeValues: values }),
    });
  expect((await odd())[0].height).toEqual({ N: "3" });
  await update("SET height = :r", { ":r": { N: "4" } });
  expect((await odd()).map((item: any) => item.height)).toEqual([{ N: "4" }]);
  await update("REMOVE height");
  expect(await odd()).toEqual([]);
  expect(await refusal(update("SET height = :r", { ":r": { S: "high" } }))).toBe(
    "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key height Expected: N Actual: S IndexName: by-rank",
  );
});

test.each([
  ["pk = :p OR sk = :p", P, {}, "Invalid operator used in KeyConditionExpression: OR"],
  ["pk <> :p", P, {}, "Invalid operator used in KeyConditionExpression: <>"],
  [
    "pk = :p",
    { ":p": { S: "" } },
    {},
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
  ],
  ["pk > :p", P, {}, "Query key condition not supported"],
  ["sk = :p", P, {}, "Query condition missed key schema element: pk"],
  ["pk = :p AND note = :p", P, {}, "Query condition missed key schema element: sk"],
  ["pk = :p AND pk = :p", P, {}, "KeyConditionExpressions must only contain one condition per key"],
  [
    "pk = :p",
    { ":p": { N: "1" } },
    {},
    "One or more parameter values were invalid: Condition parameter type does not match schema type",
  ],
  [
    "pk = :p",
    P,
    { FilterExpression: "sk = :p" },
    "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
  ],
  ["pk = :p", P, { IndexName: "none" }, "The table does not have the specified index: none"],
  [
    "kind = :p",
    P,
    { IndexName: "by-kind", ConsistentRead: true },
    "Consistent reads are not supported on global secondary indexes",
  ],
  [
    "kind = :p",
    P,
    { IndexName: "by-kind", Select: "ALL_ATTRIBUTES" },
    "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index by-kind because its projection type is not ALL",
  ],
  [
    "kind = :p",
    P,
    { IndexName: "by-kind", ProjectionExpression: "body" },
    "One or more parameter values were invalid: Global secondary index by-kind does not project [body]",
  ],
  [
    "pk = :p",
    P,
    { ExclusiveStartKey: { pk: { S: "q" }, sk: { S: "x" } } },
    "The provided starting key is outside query boundaries based on provided conditions",
  ],
  ["pk = :p", P, { ExclusiveStartKey: { pk: { S: "p" } } }, "The provided starting key is invalid"],
  [
    "sk = :p",
    P,
    { ExclusiveStartKey: { pk: { S: "p" }, sk: { BOOL: true } } },
    "The provided key element does not match the schema",
  ],
] as const)("the query %s %j %j is refused", async (condition, values, more, message) => {
  expect(await refusal(query(condition, values, more))).toBe(`ValidationException: ${message}`);
});

test("a scan reads everything once, in segments and pages", async () => {
  await cloud.call("CreateTable", tableInput("many", "N"));
  for (let at = 0; at < 60; at++) {
    await cloud.call("PutItem", {
      TableName: "many",
      Item: { pk: { S: `p${at % 20}` }, sk: { N: String(at) } },
    });
  }
  const seen: string[] = [];
  for (let Segment = 0; Segment < 4; Segment++) {
    let ExclusiveStartKey: object | undefined;
    let found = 0;
    do {
      const page: any = await cloud.call("Scan", {
        TableName: "many",
        Segment,
        TotalSegments: 4,
        Limit: 7,
        ExclusiveStartKey,
      });
      seen.push(...page.Items.map((item: any) => item.sk.N));
      found += page.Count;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(found).toBeLessThan(60);
  }
  expect(seen.sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 60 }, (_, at) => String(at)),
  );
});

test("a scan filters, counts and reads an index", async () => {
  const scan = (more: object) => cloud.call("Scan", { TableName: "events", ...more });
  expect(
    await scan({
      FilterExpression: "begins_with(note, :a)",
      ExpressionAttributeValues: { ":a": { S: "a#" } },
      Select: "COUNT",
    }),
  ).toEqual({ Count: 2, ScannedCount: 7 });
  expect((await scan({ IndexName: "by-rank" })).Items.every((item: any) => item.height)).toBe(true);
  expect(await refusal(scan({ Segment: 2, TotalSegments: 2 }))).toBe(
    "ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2",
  );
  expect(await refusal(scan({ Limit: 0 }))).toBe(
    "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  );
});
