import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { beforeEach, expect, test } from "vitest";
import { dynamodbResources } from "../../../local/dynamodb/resources.ts";
import { advance, type Cloud, refusal, START, startCloud, tableInput } from "./harness.ts";

let cloud: Cloud;
beforeEach(() => {
  cloud = startCloud();
});

const byKind = {
  IndexName: "by-kind",
  KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
  Projection: { ProjectionType: "ALL" },
};
const kind = { AttributeName: "kind", AttributeType: "S" };

test("a table is described as it was created", async () => {
  await cloud.call("CreateTable", tableInput("things", "N", { Tags: [{ Key: "team", Value: "film" }] }));
  await cloud.call("PutItem", { TableName: "things", Item: { pk: { S: "abc" }, sk: { N: "1" } } });
  const { Table } = await cloud.call("DescribeTable", { TableName: "things" });
  expect(Table).toMatchObject({
    TableName: "things",
    TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things",
    TableStatus: "ACTIVE",
    CreationDateTime: START / 1000,
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "N" },
    ],
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000, Status: "ACTIVE" },
    ItemCount: 1,
    TableSizeBytes: 9,
    DeletionProtectionEnabled: false,
  });
  expect(await cloud.call("ListTagsOfResource", { ResourceArn: Table.TableArn })).toEqual({
    Tags: [{ Key: "team", Value: "film" }],
  });
  expect(
    await cloud.call("GetItem", { TableName: Table.TableArn, Key: { pk: { S: "abc" }, sk: { N: "1" } } }),
  ).toHaveProperty("Item");
});

test("tables are listed in pages, in the order of their names", async () => {
  for (const name of ["ccc", "aaa", "bbb"]) await cloud.call("CreateTable", tableInput(name));
  const first = await cloud.call("ListTables", { Limit: 2 });
  expect(first).toEqual({ TableNames: ["aaa", "bbb"], LastEvaluatedTableName: "bbb" });
  expect(await cloud.call("ListTables", { ExclusiveStartTableName: "bbb" })).toEqual({ TableNames: ["ccc"] });
});

test.each([
  [
    { TableName: "x" },
    "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
  ],
  [
    { BillingMode: "PROVISIONED" },
    "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
  ],
  [
    { KeySchema: [{ AttributeName: "pk", KeyType: "RANGE" }] },
    "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
  ],
  [
    { KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] },
    "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: [pk]",
  ],
  [{ AttributeDefinitions: [] }, "Invalid KeySchema: Some index key attribute have no definition"],
  [
    {
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1_000_000_000_001 },
    },
    "Given value 1000000000001 for WriteCapacityUnits is out of bounds",
  ],
  [
    {
      ...tableInput("things", "S"),
      LocalSecondaryIndexes: [
        { IndexName: "local", KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }], Projection: {} },
      ],
    },
    "One or more parameter values were invalid: Index KeySchema does not have a range key for index: local",
  ],
  [
    { AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, kind] },
    "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
  ],
  [
    { GlobalSecondaryIndexes: [] },
    "One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty",
  ],
  [
    { LocalSecondaryIndexes: [{ ...byKind, KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }] }] },
    "One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
  ],
])("a table with %j is refused", async (more, message) => {
  expect(await refusal(cloud.call("CreateTable", { ...tableInput("things"), ...more }))).toBe(
    `ValidationException: ${message}`,
  );
});

test("a name is in use until its table is deleted, and protection prevents that", async () => {
  await cloud.call("CreateTable", { ...tableInput("things"), DeletionProtectionEnabled: true });
  await cloud.call("PutItem", { TableName: "things", Item: { pk: { S: "a" } } });
  expect(await refusal(cloud.call("CreateTable", tableInput("things")))).toBe(
    "ResourceInUseException: Table already exists: things",
  );
  expect(await refusal(cloud.call("DeleteTable", { TableName: "things" }))).toMatch(
    /protected against deletion/,
  );
  await cloud.call("UpdateTable", { TableName: "things", DeletionProtectionEnabled: false });
  const { TableDescription } = await cloud.call("DeleteTable", { TableName: "things" });
  expect(TableDescription).toMatchObject({ TableName: "things", TableStatus: "DELETING", ItemCount: 1 });
  expect(TableDescription).not.toHaveProperty("KeySchema");
  expect(await refusal(cloud.call("DescribeTable", { TableName: "things" }))).toBe(
    "ResourceNotFoundException: Requested resource not found: Table: things not found",
  );
  await cloud.call("CreateTable", tableInput("things"));
  expect((await cloud.call("Scan", { TableName: "things" })).Count).toBe(0);
});

test("an index that is added later is filled from existing items, and can be removed", async () => {
  await cloud.call("CreateTable", tableInput("things"));
  for (const [pk, of] of [
    ["a", "x"],
    ["b", "y"],
    ["c", "x"],
  ] as const) {
    await cloud.call("PutItem", { TableName: "things", Item: { pk: { S: pk }, kind: { S: of } } });
  }
  await cloud.call("UpdateTable", {
    TableName: "things",
    AttributeDefinitions: [kind],
    GlobalSecondaryIndexUpdates: [{ Create: byKind }],
  });
  const query = () =>
    cloud.call("Query", {
      TableName: "things",
      IndexName: "by-kind",
      KeyConditionExpression: "kind = :k",
      ExpressionAttributeValues: { ":k": { S: "x" } },
    });
  expect((await query()).Items.map((item: any) => item.pk.S).sort()).toEqual(["a", "c"]);
  await cloud.call("DeleteItem", { TableName: "things", Key: { pk: { S: "b" } } });
  const { Table: described } = await cloud.call("DescribeTable", { TableName: "things" });
  expect(described.GlobalSecondaryIndexes).toMatchObject([
    { IndexName: "by-kind", IndexStatus: "ACTIVE", ItemCount: 2, IndexSizeBytes: expect.any(Number) },
  ]);
  await cloud.call("UpdateTable", {
    TableName: "things",
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-kind" } }],
  });
  expect(await refusal(query())).toMatch("does not have the specified index");
});

test("settings are kept: time to live, backups, tags", async () => {
  await cloud.call("CreateTable", tableInput("things"));
  const TableName = "things";
  const TimeToLiveSpecification = { AttributeName: "ttl", Enabled: true };
  await cloud.call("UpdateTimeToLive", { TableName, TimeToLiveSpecification });
  expect(await cloud.call("DescribeTimeToLive", { TableName })).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "ttl" },
  });
  expect(await refusal(cloud.call("UpdateTimeToLive", { TableName, TimeToLiveSpecification }))).toBe(
    "ValidationException: TimeToLive is already enabled",
  );
  await cloud.call("UpdateContinuousBackups", {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  const { ContinuousBackupsDescription } = await cloud.call("DescribeContinuousBackups", { TableName });
  expect(ContinuousBackupsDescription.PointInTimeRecoveryDescription).toMatchObject({
    PointInTimeRecoveryStatus: "ENABLED",
    EarliestRestorableDateTime: START / 1000,
  });
  const ResourceArn = cloud.kernel.arn("dynamodb", "table/things");
  await cloud.call("TagResource", {
    ResourceArn,
    Tags: [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ],
  });
  await cloud.call("UntagResource", { ResourceArn, TagKeys: ["a"] });
  expect((await cloud.call("ListTagsOfResource", { ResourceArn })).Tags).toEqual([{ Key: "b", Value: "2" }]);
});

test("a restart finds everything, and continues what was due", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-"));
  try {
    const path = join(folder, "data.sqlite");
    const first = startCloud(path);
    await first.call("CreateTable", tableInput("things"));
    await first.call("UpdateTimeToLive", {
      TableName: "things",
      TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
    });
    const expires = { N: String(START / 1000 + 60) };
    await first.call("PutItem", { TableName: "things", Item: { pk: { S: "a" }, expires } });
    await first.call("PutItem", { TableName: "things", Item: { pk: { S: "b" } } });
    first.kernel.store.close();

    const second = startCloud(path);
    expect((await second.call("Scan", { TableName: "things" })).Count).toBe(2);
    advance(second.clock, 3600 * 1000);
    expect((await second.call("Scan", { TableName: "things" })).Items).toEqual([{ pk: { S: "b" } }]);
    second.kernel.store.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const [table, globalTable] = dynamodbResources;

/** Paths of properties that the provider does not know; the local cloud would refuse them by name. */
function unknown(value: any, shape: any, path = ""): string[] {
  if (shape === undefined) return [path];
  if (typeof shape !== "object") return [];
  if (Array.isArray(value)) return value.flatMap((member) => unknown(member, shape, path));
  return Object.entries(value).flatMap(([name, member]) => unknown(member, shape[name], `${path}/${name}`));
}

test("the resources of CDK's two table constructs are supported", () => {
  const stack = new Stack(new App(), "Tables", { env: { region: "us-east-1", account: "000000000000" } });
  const keys = {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    timeToLiveAttribute: "ttl",
    deletionProtection: true,
    contributorInsightsSpecification: { enabled: true },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
  };
  const index = { indexName: "g", partitionKey: { name: "g", type: AttributeType.STRING } };
  const local = {
    indexName: "l",
    sortKey: { name: "l", type: AttributeType.NUMBER },
    projectionType: ProjectionType.KEYS_ONLY,
  };
  const classic = new Table(stack, "Classic", {
    ...keys,
    billingMode: "PAY_PER_REQUEST" as any,
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    encryption: TableEncryption.AWS_MANAGED,
  });
  classic.addGlobalSecondaryIndex({
    ...index,
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ["n"],
  });
  classic.addLocalSecondaryIndex(local);
  new TableV2(stack, "Second", {
    ...keys,
    billing: Billing.onDemand({ maxReadRequestUnits: 100, maxWriteRequestUnits: 100 }),
    dynamoStream: StreamViewType.NEW_IMAGE,
    globalSecondaryIndexes: [index],
    localSecondaryIndexes: [local],
    tags: [{ key: "a", value: "1" }],
  });
  const { Resources } = (stack as any)._toCloudFormation();
  const tables = Object.values<any>(Resources);
  expect(tables.map(({ Type }) => Type).sort()).toEqual(dynamodbResources.map(({ type }) => type).sort());
  for (const { Type, Properties } of tables) {
    const { serves } = dynamodbResources.find(({ type }) => type === Type)!;
    expect(unknown(stack.resolve(Properties), serves)).toEqual([]);
  }
});

const resource = (properties: object) => ({
  type: table!.type,
  path: "App/Runs",
  logicalId: "Runs",
  generatedName: "App-Runs-1A2B",
  properties,
});
const properties = {
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};
const none = { path: () => "" };

test("a template's table is created, and keeps its items when the template changes", async () => {
  const deploy = (more: object) => table!.deploy(resource({ ...properties, ...more }), cloud.kernel, none);
  const first = await deploy({
    StreamSpecification: { StreamViewType: "NEW_IMAGE" },
    TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    Tags: [{ Key: "a", Value: "1" }],
  });
  const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/App-Runs-1A2B";
  expect(first.ref).toBe("App-Runs-1A2B");
  expect(first.attributes).toMatchObject({ Arn: arn, StreamArn: expect.stringContaining(`${arn}/stream/`) });
  await cloud.call("PutItem", { TableName: first.ref, Item: { pk: { S: "a" }, kind: { S: "x" } } });

  const same = await deploy({ StreamSpecification: { StreamViewType: "NEW_IMAGE" } });
  expect(same.attributes.StreamArn).toBe(first.attributes.StreamArn);
  const second = await deploy({
    AttributeDefinitions: [...properties.AttributeDefinitions, kind],
    GlobalSecondaryIndexes: [byKind],
  });
  expect(second.attributes).not.toHaveProperty("StreamArn");
  expect((await cloud.call("Scan", { TableName: first.ref, IndexName: "by-kind" })).Count).toBe(1);
  expect(
    (await cloud.call("DescribeTimeToLive", { TableName: first.ref })).TimeToLiveDescription.TimeToLiveStatus,
  ).toBe("DISABLED");
  expect((await cloud.call("ListTagsOfResource", { ResourceArn: arn })).Tags).toEqual([]);

  await expect(deploy({ KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] })).rejects.toThrow(
    /^App\/Runs: KeySchema of the table App-Runs-1A2B cannot change/,
  );
  await table!.remove!(first.ref, cloud.kernel);
  expect((await cloud.call("ListTables")).TableNames).toEqual([]);
});

test("a global table is served with one replica in this region", async () => {
  const deploy = (Replicas: object[]) =>
    globalTable!.deploy(
      resource({
        ...properties,
        AttributeDefinitions: [...properties.AttributeDefinitions, kind],
        GlobalSecondaryIndexes: [byKind],
        Replicas,
      }),
      cloud.kernel,
      none,
    );
  const deployed = await deploy([
    {
      Region: "us-east-1",
      DeletionProtectionEnabled: true,
      Tags: [{ Key: "a", Value: "1" }],
      GlobalSecondaryIndexes: [{ IndexName: "by-kind" }],
    },
  ]);
  const { Table } = await cloud.call("DescribeTable", { TableName: deployed.ref });
  expect(Table.DeletionProtectionEnabled).toBe(true);
  expect(Table.GlobalSecondaryIndexes).toMatchObject([byKind]);
  await expect(deploy([{ Region: "us-east-1" }, { Region: "eu-west-1" }])).rejects.toThrow(
    "App/Runs: Replicas names us-east-1, eu-west-1; the local cloud serves a table in us-east-1 alone.",
  );
});

test("an index of a new table is empty, and is being created like the table", async () => {
  const { TableDescription } = await cloud.call("CreateTable", {
    ...tableInput("indexed", undefined, { AttributeDefinitions: [kind] }),
    GlobalSecondaryIndexes: [byKind],
  });
  expect(TableDescription.GlobalSecondaryIndexes).toMatchObject([
    { IndexStatus: "CREATING", IndexSizeBytes: 0, ItemCount: 0 },
  ]);
});

test.each([
  [{ GlobalSecondaryIndexUpdates: [] }, "At least one of ProvisionedThroughput"],
  [
    { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "abc" } }, { Delete: { IndexName: "abc" } }] },
    "Only one global secondary index update per index is allowed simultaneously. Index: abc",
  ],
])("the update %j is refused before its table is looked up", async (update, message) => {
  const outcome = await refusal(cloud.call("UpdateTable", { TableName: "nowhere", ...update }));
  expect(outcome).toMatch("ValidationException");
  expect(outcome).toMatch(message);
});

test("a table is not provisioned without throughput", async () => {
  await cloud.call("CreateTable", tableInput("things"));
  expect(await refusal(cloud.call("UpdateTable", { TableName: "things", BillingMode: "PROVISIONED" }))).toBe(
    "ValidationException: One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
  );
});
