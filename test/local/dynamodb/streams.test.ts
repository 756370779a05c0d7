import { beforeEach, expect, test } from "vitest";
import { membersOf } from "../../../local/kernel/json-members.ts";
import { streamRecord, withJsonOf } from "../../../local/lambda/mappings/stream-batch.ts";
import { advance, type Cloud, refusal, START, startCloud, tableInput } from "./harness.ts";

let cloud: Cloud;
beforeEach(() => {
  cloud = startCloud();
});

const HOUR = 3600 * 1000;
const Key = { pk: { S: "k" } };

async function createTable(StreamViewType: string): Promise<string> {
  const { TableDescription } = await cloud.call(
    "CreateTable",
    tableInput("orders", undefined, { StreamSpecification: { StreamEnabled: true, StreamViewType } }),
  );
  return TableDescription.LatestStreamArn;
}

const put = (attributes: object) =>
  cloud.call("PutItem", { TableName: "orders", Item: { ...Key, ...attributes } });
const remove = () => cloud.call("DeleteItem", { TableName: "orders", Key });

async function iterator(
  StreamArn: string,
  more: object = { ShardIteratorType: "TRIM_HORIZON" },
): Promise<string> {
  const { StreamDescription } = await cloud.streams("DescribeStream", { StreamArn });
  const ShardId = StreamDescription.Shards[0].ShardId;
  return (await cloud.streams("GetShardIterator", { StreamArn, ShardId, ...more })).ShardIterator;
}

async function records(arn: string, more?: object): Promise<any[]> {
  return (await cloud.streams("GetRecords", { ShardIterator: await iterator(arn, more) })).Records;
}

const expireBy = (AttributeName: string) =>
  cloud.call("UpdateTimeToLive", {
    TableName: "orders",
    TimeToLiveSpecification: { AttributeName, Enabled: true },
  });

/** Records and items are read from the file after this, as after each rollback. */
function forgetMemory(): void {
  const rollBack = () =>
    cloud.kernel.store.atomically(() => {
      throw new Error("rolled back");
    });
  expect(rollBack).toThrow("rolled back");
}

test("each change is a record with both images", async () => {
  const arn = await createTable("NEW_AND_OLD_IMAGES");
  await put({ a: { N: "1" } });
  await put({ a: { N: "2" } });
  await remove();
  const found = await records(arn);
  expect(found.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY", "REMOVE"]);
  const [, modify] = found;
  expect(modify).toMatchObject({
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    dynamodb: {
      ApproximateCreationDateTime: START / 1000,
      Keys: Key,
      OldImage: { ...Key, a: { N: "1" } },
      NewImage: { ...Key, a: { N: "2" } },
      SizeBytes: 15,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  });
  expect(modify.eventID).toMatch(/^[0-9a-f]{32}$/);
  const numbers = found.map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
  expect(numbers[0]! < numbers[1]! && numbers[1]! < numbers[2]!).toBe(true);
  expect(found[0].dynamodb.SequenceNumber).toMatch(/^\d{21,40}$/);
});

test.each([
  ["KEYS_ONLY", []],
  ["NEW_IMAGE", ["NewImage"]],
  ["OLD_IMAGE", ["OldImage"]],
  ["NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]],
])("a view of %s contains %j", async (viewType, images) => {
  const arn = await createTable(viewType);
  await put({ a: { N: "1" } });
  await put({ a: { N: "2" } });
  const modify = (await records(arn))[1];
  expect(Object.keys(modify.dynamodb).filter((name) => name.endsWith("Image"))).toEqual(images);
});

test.each(["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"])(
  "the JSON of records is known, those in memory and those that are only stored: %s",
  async (viewType) => {
    const arn = await createTable(viewType);
    await expireBy("expires");
    await put({ a: { N: "1" } });
    await put({ a: { S: '"ü' } });
    await remove();
    const expires = { N: String(START / 1000) };
    await put({ expires });
    await put({ expires, a: { N: "2" } });
    advance(cloud.clock, 2 * HOUR);
    const inMemory = await records(arn);
    forgetMemory();
    const stored = await records(arn);
    expect(stored).toEqual(inMemory);
    for (const found of [inMemory, stored]) {
      expect(found).toHaveLength(6);
      expect(found.map((record) => JSON.parse(`{${membersOf(record)}}`))).toEqual(found);
      const received = found.map((record) => withJsonOf(record, streamRecord(record, arn)));
      expect(received.map((record) => JSON.parse(`{${membersOf(record)}}`))).toEqual(received);
    }
  },
);

test("a write that changes nothing, or failed, leaves no record", async () => {
  const arn = await createTable("NEW_IMAGE");
  await put({ a: { SS: ["x", "y"] } });
  await put({ a: { SS: ["y", "x"] } });
  await refusal(
    cloud.call("DeleteItem", { TableName: "orders", Key, ConditionExpression: "attribute_exists(b)" }),
  );
  await refusal(
    cloud.call("TransactWriteItems", {
      TransactItems: [
        { Put: { TableName: "orders", Item: { pk: { S: "other" } } } },
        { ConditionCheck: { TableName: "orders", Key, ConditionExpression: "attribute_exists(b)" } },
      ],
    }),
  );
  expect(await records(arn)).toHaveLength(1);
});

test("an iterator starts where its type says", async () => {
  const arn = await createTable("KEYS_ONLY");
  for (const a of ["1", "2", "3"]) await put({ a: { N: a } });
  const all = (await records(arn)).map(({ dynamodb }) => dynamodb.SequenceNumber);
  const from = async (more: object) =>
    (await records(arn, more)).map(({ dynamodb }) => dynamodb.SequenceNumber);
  expect(all).toHaveLength(3);
  expect(await from({ ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber: all[1] })).toEqual(
    all.slice(1),
  );
  expect(await from({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: all[1] })).toEqual(
    all.slice(2),
  );
  const latest = await iterator(arn, { ShardIteratorType: "LATEST" });
  await put({ a: { N: "4" } });
  const { Records, NextShardIterator } = await cloud.streams("GetRecords", { ShardIterator: latest });
  expect(Records).toHaveLength(1);
  expect((await cloud.streams("GetRecords", { ShardIterator: NextShardIterator })).Records).toEqual([]);
});

test("records come in pages of the limit", async () => {
  const arn = await createTable("KEYS_ONLY");
  for (const a of ["1", "2", "3"]) await put({ a: { N: a } });
  const first = await cloud.streams("GetRecords", { ShardIterator: await iterator(arn), Limit: 2 });
  const second = await cloud.streams("GetRecords", { ShardIterator: first.NextShardIterator, Limit: 2 });
  expect([first.Records.length, second.Records.length]).toEqual([2, 1]);
});

const images = () => cloud.kernel.store.get("SELECT count(item) AS n FROM dynamodb_images")!.n;

test("an image is stored once, and deleted with the record of the write that replaced it", async () => {
  const arn = await createTable("NEW_AND_OLD_IMAGES");
  await put({ a: { N: "1" } });
  await put({ a: { N: "2" } });
  expect(images()).toBe(2);
  advance(cloud.clock, 20 * HOUR);
  await put({ a: { N: "3" } });
  advance(cloud.clock, 4 * HOUR);
  const [record, ...others] = await records(arn);
  expect(others).toEqual([]);
  expect([record.dynamodb.OldImage.a, record.dynamodb.NewImage.a]).toEqual([{ N: "2" }, { N: "3" }]);
  expect(images()).toBe(2);
  advance(cloud.clock, 24 * HOUR);
  expect(images()).toBe(1);
  await remove();
  advance(cloud.clock, 25 * HOUR);
  expect(images()).toBe(0);
});

test("records of a disabled stream have their images, whatever is written or deleted since", async () => {
  const arn = await createTable("NEW_IMAGE");
  await put({ a: { N: "1" } });
  await cloud.call("UpdateTable", { TableName: "orders", StreamSpecification: { StreamEnabled: false } });
  await put({ a: { N: "2" } });
  await cloud.call("DeleteTable", { TableName: "orders" });
  forgetMemory();
  const found = await records(arn);
  expect(found.map(({ dynamodb }) => dynamodb.NewImage.a)).toEqual([{ N: "1" }]);
  expect(images()).toBe(2);
  advance(cloud.clock, 25 * HOUR);
  expect(images()).toBe(0);
});

test("all records past retention are removed, however many they are", async () => {
  const arn = await createTable("NEW_AND_OLD_IMAGES");
  for (let a = 0; a < 2100; a++) await put({ a: { N: String(a) } });
  advance(cloud.clock, 25 * HOUR);
  expect(images()).toBe(1);
  forgetMemory();
  expect(await records(arn)).toEqual([]);
  await put({ a: { N: "-1" } });
  forgetMemory();
  const [record, ...others] = await records(arn);
  expect(others).toEqual([]);
  expect(record.dynamodb.OldImage.a).toEqual({ N: "2099" });
});

test("a table without a stream has no image but that of each item", async () => {
  await cloud.call("CreateTable", tableInput("orders"));
  await put({ a: { N: "1" } });
  await put({ a: { N: "2" } });
  expect(images()).toBe(1);
  await remove();
  expect(images()).toBe(0);
  await put({ a: { N: "3" } });
  await cloud.call("DeleteTable", { TableName: "orders" });
  expect(images()).toBe(0);
});

test("an append wakes the stream's listeners", async () => {
  const arn = await createTable("KEYS_ONLY");
  let woken = 0;
  cloud.kernel.signals.on(`dynamodb-stream:${arn}`, () => woken++);
  await put({ a: { N: "1" } });
  await Promise.resolve();
  expect(woken).toBe(1);
  await put({ a: { N: "1" } });
  await Promise.resolve();
  expect(woken).toBe(1);
});

test("a record can be read for 24 hours, and is then deleted from the disk", async () => {
  const arn = await createTable("KEYS_ONLY");
  await put({ a: { N: "1" } });
  const [{ dynamodb }] = await records(arn);
  advance(cloud.clock, 20 * HOUR);
  await put({ a: { N: "2" } });
  advance(cloud.clock, 4 * HOUR - 1);
  expect(await records(arn)).toHaveLength(2);
  advance(cloud.clock, 1);
  expect(await records(arn)).toHaveLength(1);
  expect(
    await refusal(
      iterator(arn, { ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber: dynamodb.SequenceNumber }),
    ),
  ).toMatch(/^TrimmedDataAccessException/);
  advance(cloud.clock, 24 * HOUR);
  expect(images()).toBe(1);
  await remove();
  advance(cloud.clock, 24 * HOUR);
  expect(cloud.kernel.store.get("SELECT count(*) AS n FROM dynamodb_images")).toEqual({ n: 0 });
});

test("an iterator expires after 15 minutes, and an invalid one is refused", async () => {
  const arn = await createTable("KEYS_ONLY");
  const ShardIterator = await iterator(arn);
  advance(cloud.clock, 15 * 60 * 1000 + 1);
  expect(await refusal(cloud.streams("GetRecords", { ShardIterator }))).toMatch(/^ExpiredIteratorException/);
  expect(await refusal(cloud.streams("GetRecords", { ShardIterator: "made up" }))).toBe(
    "ValidationException: Invalid ShardIterator",
  );
});

test("a stream that is disabled ends, and a new one begins", async () => {
  const first = await createTable("KEYS_ONLY");
  await put({ a: { N: "1" } });
  const specify = (StreamSpecification: object) =>
    cloud.call("UpdateTable", { TableName: "orders", StreamSpecification });
  await specify({ StreamEnabled: false });
  await put({ a: { N: "2" } });
  const { Records, NextShardIterator } = await cloud.streams("GetRecords", {
    ShardIterator: await iterator(first),
  });
  expect(Records).toHaveLength(1);
  expect(NextShardIterator).toBeUndefined();
  const { StreamDescription } = await cloud.streams("DescribeStream", { StreamArn: first });
  expect(StreamDescription.StreamStatus).toBe("DISABLED");
  expect(StreamDescription.Shards[0].SequenceNumberRange.EndingSequenceNumber).toBe(
    Records[0].dynamodb.SequenceNumber,
  );

  await specify({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
  const { Table } = await cloud.call("DescribeTable", { TableName: "orders" });
  expect(Table.LatestStreamArn).not.toBe(first);
  await put({ a: { N: "3" } });
  expect(await records(Table.LatestStreamArn)).toHaveLength(1);
  const { Streams } = await cloud.streams("ListStreams", { TableName: "orders" });
  expect(Streams.map(({ StreamArn }: any) => StreamArn)).toEqual([first, Table.LatestStreamArn]);
});

test("the stream of a deleted table stays readable for a day", async () => {
  const arn = await createTable("KEYS_ONLY");
  await put({});
  await cloud.call("DeleteTable", { TableName: "orders" });
  expect(await records(arn)).toHaveLength(1);
  advance(cloud.clock, 25 * HOUR);
  expect(await refusal(records(arn))).toMatch(/^ResourceNotFoundException/);
});

test("the items of a deleted table leave the numbers of later records free", async () => {
  const arn = await createTable("KEYS_ONLY");
  await Promise.all(["a", "b", "c"].map((pk) => put({ pk: { S: pk } })));
  await cloud.call("DeleteTable", { TableName: "orders" });
  const next = await createTable("KEYS_ONLY");
  await Promise.all(["d", "e"].map((pk) => put({ pk: { S: pk } })));
  expect(await records(arn)).toHaveLength(3);
  expect((await records(next)).map(({ dynamodb }) => dynamodb.Keys.pk.S)).toEqual(["d", "e"]);
});

test("an expired item stays readable for a while, then the service removes it", async () => {
  const arn = await createTable("NEW_AND_OLD_IMAGES");
  await expireBy("expires");
  const expires = { N: String(START / 1000 + 3600) };
  await put({ expires });
  await cloud.call("PutItem", { TableName: "orders", Item: { pk: { S: "long past" }, expires: { N: "1" } } });
  await cloud.call("PutItem", { TableName: "orders", Item: { pk: { S: "text" }, expires: { S: "soon" } } });
  const readable = async () => (await cloud.call("GetItem", { TableName: "orders", Key })).Item !== undefined;
  advance(cloud.clock, HOUR + 60_000);
  expect(await readable()).toBe(true);
  advance(cloud.clock, HOUR);
  expect(await readable()).toBe(false);
  const last = (await records(arn)).at(-1);
  expect(last).toMatchObject({
    eventName: "REMOVE",
    userIdentity: { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" },
    dynamodb: { Keys: Key, OldImage: { ...Key, expires } },
  });
  // Neither what expired more than five years ago nor what is no number is removed.
  expect((await cloud.call("Scan", { TableName: "orders", Select: "COUNT" })).Count).toBe(2);
});

test("a later expiry keeps the item, and switching the attribute applies to existing items", async () => {
  await createTable("KEYS_ONLY");
  const soon = { N: String(START / 1000 + 60) };
  const later = { N: String(START / 1000 + 48 * 3600) };
  await put({ expires: soon });
  await expireBy("expires");
  await put({ expires: later });
  advance(cloud.clock, 24 * HOUR);
  expect((await cloud.call("GetItem", { TableName: "orders", Key })).Item).toBeDefined();
  advance(cloud.clock, 25 * HOUR);
  expect((await cloud.call("GetItem", { TableName: "orders", Key })).Item).toBeUndefined();
});
