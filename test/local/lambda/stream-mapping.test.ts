import { expect, test } from "vitest";
import { Store } from "../../../local/kernel/store.ts";
import { Progress } from "../../../local/lambda/mappings/progress.ts";
import { afterFailure, type StreamRecord } from "../../../local/lambda/mappings/stream-batch.ts";
import { cloud, gate, START } from "./cloud.ts";

type Records = { Records: StreamRecord[] };
const idOf = ({ dynamodb }: StreamRecord) => (dynamodb.Keys.id as { S: string }).S;

async function table(it: ReturnType<typeof cloud>) {
  const { TableDescription } = await it.kernel.call("dynamodb", "CreateTable", {
    TableName: "runs",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  });
  const put = async (id: string, more: object = {}) =>
    it.kernel.call("dynamodb", "PutItem", { TableName: "runs", Item: { id: { S: id }, ...more } });
  return { stream: TableDescription.LatestStreamArn as string, put };
}

async function mapped(parameters: object = {}) {
  const it = cloud();
  const { stream, put } = await table(it);
  const batches: string[][] = [];
  it.define("relay", ({ Records }: Records) => {
    batches.push(Records.map(idOf));
  });
  const create = () =>
    it.call("CreateEventSourceMapping", {
      FunctionName: "relay",
      EventSourceArn: stream,
      StartingPosition: "TRIM_HORIZON",
      ...parameters,
    });
  return { ...it, stream, put, batches, create };
}

test("a mapping is described as one of a stream, and refused for a stream that is not there", async () => {
  const { create, call, stream } = await mapped();
  expect(await create()).toMatchObject({
    StateTransitionReason: "User action",
    LastProcessingResult: "No records processed",
  });
  for (const StartingPosition of ["TRIM_HORIZON", "LATEST"]) {
    const EventSourceArn = `${stream}0`;
    await expect(
      call("CreateEventSourceMapping", { FunctionName: "relay", EventSourceArn, StartingPosition }),
    ).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: `Stream not found: ${EventSourceArn}`,
    });
  }
});

test("while the function runs, nothing is read; the records of that time are one batch", async () => {
  const { put, create, define, settle, kernel } = await mapped();
  const open = gate();
  const batches: string[][] = [];
  define("relay", async ({ Records }: Records) => {
    batches.push(Records.map(idOf));
    await open.promise;
  });
  await create();
  await put("a");
  await settle();
  let reads = 0;
  const call = kernel.call.bind(kernel);
  kernel.call = (service, operation, input, context) => {
    if (operation === "GetRecords") reads++;
    return call(service, operation, input, context);
  };
  for (const id of ["b", "c", "d"]) {
    await put(id);
    await settle();
  }
  expect(reads).toBe(0);
  open.resolve();
  await settle();
  expect(batches).toEqual([["a"], ["b", "c", "d"]]);
});

test("changes reach the function in order, in the form of Lambda's DynamoDB event", async () => {
  const { put, create, define, settle, stream } = await mapped();
  const events: any[] = [];
  define("relay", (event) => {
    events.push(...event.Records);
  });
  await create();
  await put("a");
  await put("a", { n: { N: "1" } });
  await settle();
  expect(events.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY"]);
  expect(events[1]).toMatchObject({
    eventID: expect.any(String),
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    eventSourceARN: stream,
    dynamodb: {
      Keys: { id: { S: "a" } },
      NewImage: { id: { S: "a" }, n: { N: "1" } },
      OldImage: { id: { S: "a" } },
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  });
});

test("a shard is read on with the iterator of the answer before, until it expires", async () => {
  const { kernel, put, create, batches, settle, pass } = await mapped();
  const calls: string[] = [];
  const call = kernel.call.bind(kernel);
  kernel.call = (service, operation, ...more) => {
    if (service === "dynamodbstreams") calls.push(operation);
    return call(service, operation, ...more);
  };
  await create();
  await settle();
  for (const id of ["a", "b", "c"]) {
    await put(id);
    await settle();
  }
  expect(calls.filter((one) => one === "GetShardIterator")).toHaveLength(1);
  await pass(16 * 60);
  await put("d");
  await settle();
  expect(calls.filter((one) => one === "GetShardIterator")).toHaveLength(2);
  expect(batches.flat()).toEqual(["a", "b", "c", "d"]);
});

test("TRIM_HORIZON begins with existing records, LATEST with new ones", async () => {
  for (const [StartingPosition, expected] of [
    ["TRIM_HORIZON", ["early", "late"]],
    ["LATEST", ["late"]],
  ] as const) {
    const { put, create, batches, settle } = await mapped({ StartingPosition });
    await put("early");
    await create();
    await settle();
    await put("late");
    await settle();
    expect(batches.flat()).toEqual(expected);
  }
});

test("the position survives a restart: no duplicates, no gaps", async () => {
  const store = Store.open(":memory:");
  const before = cloud({ store });
  const { stream, put } = await table(before);
  const seen: string[] = [];
  const handler = ({ Records }: Records) => {
    seen.push(...Records.map(idOf));
  };
  before.define("relay", handler);
  const mapping = { FunctionName: "relay", EventSourceArn: stream, StartingPosition: "TRIM_HORIZON" };
  await before.call("CreateEventSourceMapping", mapping);
  await put("a");
  await before.settle();
  await before.lambda.stop!();
  await put("b");

  const after = cloud({ store, at: START + 1000 });
  after.define("relay", handler);
  await after.settle();
  expect(seen).toEqual(["a", "b"]);
});

test("a failing batch blocks the shard, and its records are retried until they succeed", async () => {
  const { put, create, define, pass } = await mapped({ BatchSize: 10 });
  const seen: string[] = [];
  let failures = 3;
  define("relay", ({ Records }: Records) => {
    if (failures-- > 0) throw new Error("down");
    seen.push(...Records.map(idOf));
  });
  await put("a");
  await create();
  await pass(0);
  await put("b");
  await pass(2);
  expect(seen).toEqual([]);
  await pass(10);
  expect(seen).toEqual(["a", "b"]);
});

test("after the last retry the batch is described in the on-failure queue and the shard continues", async () => {
  const dead = "arn:aws:sqs:us-east-1:000000000000:dead";
  const it = await mapped({
    MaximumRetryAttempts: 2,
    DestinationConfig: { OnFailure: { Destination: dead } },
  });
  const queue = await it.queue("dead");
  const seen: string[] = [];
  it.define("relay", ({ Records }: Records) => {
    if (Records.some((record) => idOf(record) === "poison")) throw new Error("poison");
    seen.push(...Records.map(idOf));
  });
  await it.put("poison");
  await it.create();
  await it.pass(1);
  await it.put("fine");
  await it.pass(30);
  expect(seen).toEqual(["fine"]);
  const [message] = await queue.receive();
  expect(JSON.parse(message.Body)).toEqual({
    requestContext: {
      requestId: expect.any(String),
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:relay",
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: 3,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    timestamp: "2026-01-01T00:00:03.000Z",
    DDBStreamBatchInfo: {
      shardId: expect.stringMatching(/^shardId-/),
      startSequenceNumber: expect.stringMatching(/^\d{21,}$/),
      endSequenceNumber: expect.stringMatching(/^\d{21,}$/),
      approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
      approximateArrivalOfLastRecord: "2026-01-01T00:00:00Z",
      batchSize: 1,
      streamArn: it.stream,
    },
  });
});

test("a bucket as on-failure destination gets the records themselves", async () => {
  const it = await mapped({
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::artifacts" } },
  });
  const objects: any[] = [];
  it.kernel.register({ name: "s3", operations: { PutObject: (input) => objects.push(input) } });
  it.define("relay", () => {
    throw new Error("no");
  });
  await it.put("a");
  const { UUID } = await it.create();
  await it.pass(1);
  expect(objects).toHaveLength(1);
  expect(objects[0].Bucket).toBe("artifacts");
  const key = `^aws/lambda/${UUID}/shardId-[^/]+/2026/01/01/2026-01-01T00.00.00-[0-9a-f-]{36}$`;
  expect(objects[0].Key).toMatch(new RegExp(key));
  const { Records } = JSON.parse(JSON.parse(objects[0].Body).payload);
  expect(Records.map(idOf)).toEqual(["a"]);
});

test("bisecting isolates the record that fails", async () => {
  const it = await mapped({ MaximumRetryAttempts: 1, BisectBatchOnFunctionError: true });
  const seen: string[] = [];
  it.define("relay", ({ Records }: Records) => {
    if (Records.some((record) => idOf(record) === "c")) throw new Error("c");
    seen.push(...Records.map(idOf));
  });
  for (const id of ["a", "b", "c", "d", "e"]) await it.put(id);
  await it.create();
  await it.pass(10);
  expect(seen).toEqual(["a", "b", "d", "e"]);
});

test("the lowest reported sequence number is the checkpoint", async () => {
  const it = await mapped({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
  const tries: string[][] = [];
  it.define("relay", ({ Records }: Records) => {
    tries.push(Records.map(idOf));
    if (tries.length > 1) return { batchItemFailures: [] };
    const [, second, third] = Records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber }));
    return { batchItemFailures: [third, second] };
  });
  for (const id of ["a", "b", "c"]) await it.put(id);
  await it.create();
  await it.pass(5);
  expect(tries).toEqual([
    ["a", "b", "c"],
    ["b", "c"],
  ]);
});

test("records after a checkpoint have all of their retries again", async () => {
  const dead = "arn:aws:sqs:us-east-1:000000000000:dead";
  const it = await mapped({
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    MaximumRetryAttempts: 3,
    DestinationConfig: { OnFailure: { Destination: dead } },
  });
  const queue = await it.queue("dead");
  const tries: string[][] = [];
  it.define("relay", ({ Records }: Records) => {
    tries.push(Records.map(idOf));
    const failed = Records.filter((record) => idOf(record) === "c");
    return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
  });
  for (const id of ["a", "b", "c"]) await it.put(id);
  await it.create();
  await it.pass(60);
  expect(tries).toEqual([["a", "b", "c"], ["c"], ["c"], ["c"], ["c"]]);
  const [{ Body }] = await queue.receive();
  expect(JSON.parse(Body)).toMatchObject({
    requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 4 },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: null },
  });
});

test("records that are too old are discarded without another attempt", async () => {
  const dead = "arn:aws:sqs:us-east-1:000000000000:dead";
  const it = await mapped({
    MaximumRecordAgeInSeconds: 60,
    DestinationConfig: { OnFailure: { Destination: dead } },
  });
  const queue = await it.queue("dead");
  await it.put("old");
  await it.pass(61);
  await it.create();
  await it.put("young");
  await it.pass(1);
  expect(it.batches).toEqual([["young"]]);
  const [{ Body }] = await queue.receive();
  const notice = JSON.parse(Body);
  expect(notice.requestContext).toMatchObject({ condition: "RecordAgeExceeded", approximateInvokeCount: 1 });
  expect(notice).not.toHaveProperty("responseContext");
});

test("filters see the record; what they leave out counts as done", async () => {
  const Pattern = JSON.stringify({ eventName: ["INSERT"], dynamodb: { NewImage: { kind: { S: ["run"] } } } });
  const filtered = await mapped({ FilterCriteria: { Filters: [{ Pattern }] } });
  const { put, create, batches, settle, kernel, stream } = filtered;
  await create();
  await put("a", { kind: { S: "run" } });
  await put("b", { kind: { S: "claim" } });
  await put("a", { kind: { S: "run" }, n: { N: "2" } });
  await put("c", { kind: { S: "claim" } });
  await settle();
  expect(batches).toEqual([["a"]]);
  const { shard, sequence } = kernel.store.get("SELECT shard, sequence FROM lambda_position")!;
  const { ShardIterator } = await kernel.call("dynamodbstreams", "GetShardIterator", {
    StreamArn: stream,
    ShardId: shard,
    ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
    SequenceNumber: sequence,
  });
  const { Records: left } = await kernel.call("dynamodbstreams", "GetRecords", { ShardIterator });
  expect(left).toEqual([]);
});

test("a batch is full as long as there are records that the filters accept", async () => {
  const Pattern = JSON.stringify({ dynamodb: { NewImage: { kind: { S: ["run"] } } } });
  const Filters = [{ Pattern }];
  const { put, create, batches, settle } = await mapped({ FilterCriteria: { Filters }, BatchSize: 4 });
  for (let number = 1; number <= 30; number++) {
    await put(`${number}`, { kind: { S: number % 3 === 0 ? "run" : "claim" } });
  }
  await create();
  await settle();
  expect(batches).toEqual([
    ["3", "6", "9", "12"],
    ["15", "18", "21", "24"],
    ["27", "30"],
  ]);
});

test("an accepted record does not wait while more than a thousand others are looked through", async () => {
  const Pattern = JSON.stringify({ dynamodb: { NewImage: { kind: { S: ["run"] } } } });
  const { put, create, batches, settle } = await mapped({ FilterCriteria: { Filters: [{ Pattern }] } });
  await put("first", { kind: { S: "run" } });
  for (let number = 0; number < 1200; number++) await put(`${number}`, { kind: { S: "claim" } });
  await put("last", { kind: { S: "run" } });
  await create();
  await settle();
  expect(batches).toEqual([["first"], ["last"]]);
});

test("lanes run in parallel and keep the order of each item", async () => {
  const { put, create, define, settle } = await mapped({ ParallelizationFactor: 10, BatchSize: 1 });
  const blocked = gate();
  const seen: string[] = [];
  define("relay", async ({ Records: [record] }: Records) => {
    const n = (record!.dynamodb.NewImage as any).n.N;
    if (idOf(record!) === "slow" && n === "1") await blocked.promise;
    seen.push(`${idOf(record!)}${n}`);
  });
  await create();
  for (const n of ["1", "2"]) for (const id of ["slow", "x", "z"]) await put(id, { n: { N: n } });
  await settle();
  expect(seen).toEqual(expect.arrayContaining(["x1", "x2", "z1", "z2"]));
  expect(seen).not.toContain("slow2");
  blocked.resolve();
  await settle();
  expect(seen.slice(-2)).toEqual(["slow1", "slow2"]);
});

test("a batching window gathers records", async () => {
  const { put, create, batches, pass } = await mapped({ MaximumBatchingWindowInSeconds: 5 });
  await create();
  await put("a");
  await pass(3);
  await put("b");
  expect(batches).toEqual([]);
  await pass(2);
  expect(batches).toEqual([["a", "b"]]);
});

test("the position moves only over completed records without a gap", () => {
  const positions: string[] = [];
  const progress = new Progress((sequence) => positions.push(sequence));
  for (const sequence of ["1", "2", "3"]) progress.began(sequence);
  progress.done(["2"]);
  expect(positions).toEqual([]);
  progress.done(["1"]);
  progress.done(["3"]);
  expect(positions).toEqual(["2", "3"]);
});

test("splitting does not consume retries", () => {
  const records = ["1", "2", "3"].map((SequenceNumber) => ({ dynamodb: { SequenceNumber } }) as StreamRecord);
  const policy = { MaximumRetryAttempts: 0, BisectBatchOnFunctionError: true };
  const { next, discarded } = afterFailure({ records, failures: 0 }, undefined, policy);
  expect(next.map((batch) => [batch.records.length, batch.failures])).toEqual([
    [2, 0],
    [1, 0],
  ]);
  expect(discarded).toBeUndefined();
  expect(afterFailure(next[1]!, undefined, policy).discarded?.records).toEqual([records[2]]);
});
