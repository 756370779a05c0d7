import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { recentRecordsOf } from "../../../local/dynamodb/storage/recent-records.ts";
import { type Cloud, startCloud, tableInput } from "./harness.ts";

let cloud: Cloud;
beforeEach(async () => {
  cloud = startCloud();
  await createTable();
});

async function createTable(): Promise<void> {
  const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" };
  await cloud.call("CreateTable", tableInput("orders", "S", { StreamSpecification }));
}

const put = (sk: string, attributes: object = {}) =>
  cloud.call("PutItem", { TableName: "orders", Item: { pk: { S: "p" }, sk: { S: sk }, ...attributes } });

const read = async (sk: string) =>
  (await cloud.call("GetItem", { TableName: "orders", Key: { pk: { S: "p" }, sk: { S: sk } } })).Item;

async function records(): Promise<any[]> {
  const { Table } = await cloud.call("DescribeTable", { TableName: "orders" });
  const StreamArn = Table.LatestStreamArn;
  const { StreamDescription } = await cloud.streams("DescribeStream", { StreamArn });
  const { ShardId } = StreamDescription.Shards[0];
  let iterator = (
    await cloud.streams("GetShardIterator", { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" })
  ).ShardIterator;
  const found: any[] = [];
  for (;;) {
    const { Records, NextShardIterator } = await cloud.streams("GetRecords", { ShardIterator: iterator });
    if (Records.length === 0) return found;
    found.push(...Records);
    iterator = NextShardIterator;
  }
}

/** A change of the whole cloud, such as a deployment, that fails. */
async function rolledBack(change: () => Promise<unknown>): Promise<void> {
  const failing = cloud.kernel.store.whole(async () => {
    await change();
    throw new Error("rolled back");
  });
  await expect(failing).rejects.toThrow("rolled back");
}

test("what was rolled back is neither read nor in the stream", async () => {
  await put("a", { n: { N: "1" } });
  await rolledBack(async () => {
    await put("a", { n: { N: "2" } });
    await put("b");
    expect(await read("b")).toBeDefined();
  });
  expect(await read("a")).toEqual({ pk: { S: "p" }, sk: { S: "a" }, n: { N: "1" } });
  expect(await read("b")).toBeUndefined();
  await put("a", { n: { N: "3" } });
  expect((await records()).map(({ dynamodb }) => [dynamodb.OldImage?.n, dynamodb.NewImage.n])).toEqual([
    [undefined, { N: "1" }],
    [{ N: "1" }, { N: "3" }],
  ]);
});

test("a removed item is gone", async () => {
  await put("a");
  await cloud.call("DeleteItem", { TableName: "orders", Key: { pk: { S: "p" }, sk: { S: "a" } } });
  expect(await read("a")).toBeUndefined();
});

test("keys that are equal when they are joined are different items", async () => {
  const items = [
    ["a", "bc"],
    ["ab", "c"],
  ].map(([pk, sk]) => ({ pk: { S: pk }, sk: { S: sk } }));
  for (const Item of items)
    await cloud.call("PutItem", { TableName: "orders", Item: { ...Item, own: Item.sk } });
  for (const Key of items)
    expect((await cloud.call("GetItem", { TableName: "orders", Key })).Item).toEqual({ ...Key, own: Key.sk });
});

test("a new process reads the same records from the file", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "records-")), "cloud.sqlite");
  cloud = startCloud(path);
  await createTable();
  await put("a", { n: { N: "1" } });
  await put("a", { n: { N: "2" } });
  await cloud.call("DeleteItem", { TableName: "orders", Key: { pk: { S: "p" }, sk: { S: "a" } } });
  const before = await records();
  cloud.kernel.store.close();
  cloud = startCloud(path);
  expect(await records()).toEqual(before);
  cloud.kernel.store.close();
});

test("the records of a new process, and those after a rollback, come after all others", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "records-")), "cloud.sqlite");
  cloud = startCloud(path);
  await createTable();
  await rolledBack(() => put("a"));
  await put("b");
  await rolledBack(() => put("c"));
  await put("d");
  cloud.kernel.store.close();
  cloud = startCloud(path);
  await put("e");
  await put("f");
  const found = await records();
  expect(found.map(({ dynamodb }) => dynamodb.Keys.sk.S)).toEqual(["b", "d", "e", "f"]);
  const numbers = found.map(({ dynamodb }) => dynamodb.SequenceNumber);
  expect(numbers).toEqual([...new Set(numbers)].sort());
  cloud.kernel.store.close();
});

test("a reader that is far behind gets all records in their order", async () => {
  for (let count = 0; count < 10_100; count++) await put("a", { n: { N: String(count) } });
  const found = (await records()).map(({ dynamodb }) => dynamodb.NewImage.n.N);
  expect(found).toEqual(Array.from({ length: 10_100 }, (_, at) => String(at)));
});

test("only the last records of a stream are kept in memory, and all from a number on or none", () => {
  const recent = recentRecordsOf(startCloud().kernel.store);
  for (let sequence = 1; sequence <= 10_001; sequence++)
    recent.add(1, { sequence, time: 0, record: {}, length: 1 });
  expect(recent.from(1, 5_001)).toBeUndefined();
  expect(recent.from(1, 5_002)).toHaveLength(5000);
  expect(recent.from(1, 10_001)?.map(({ sequence }) => sequence)).toEqual([10_001]);
  expect(recent.from(1, 10_002)).toEqual([]);
  expect(recent.from(2, 10_001)).toBeUndefined();
});

test("large records are kept while they are few", () => {
  const recent = recentRecordsOf(startCloud().kernel.store);
  for (let sequence = 1; sequence <= 9; sequence++)
    recent.add(1, { sequence, time: 0, record: {}, length: 5_000_000 });
  expect(recent.from(1, 5)).toBeUndefined();
  expect(recent.from(1, 6)).toHaveLength(4);
});
