import { describe, expect, test } from "vitest";
import { Store } from "../../../local/kernel/store.ts";
import { Limits } from "../../../local/limits/limits.ts";
import { cloud, gate, START } from "./cloud.ts";

type Records = { Records: any[] };

async function mapped(
  parameters: object = {},
  queueAttributes: Record<string, string> = {},
  name = "jobs",
  options: Parameters<typeof cloud>[0] = {},
) {
  const it = cloud(options);
  const queue = await it.queue(name, queueAttributes);
  const batches: string[][] = [];
  it.define("work", ({ Records }: Records) => {
    batches.push(Records.map(({ body }) => body));
  });
  const mapping = await it.call("CreateEventSourceMapping", {
    FunctionName: "work",
    EventSourceArn: queue.arn,
    ...parameters,
  });
  return { ...it, queue, batches, mapping };
}

test("a message reaches the function in the form of Lambda's SQS event, and is deleted afterwards", async () => {
  const { queue, define, settle } = await mapped();
  const events: any[] = [];
  define("work", (event) => {
    events.push(event);
  });
  await queue.send("hello", { MessageAttributes: { kind: { DataType: "Number", StringValue: "7" } } });
  await settle();
  expect(events).toEqual([
    {
      Records: [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: "hello",
          attributes: {
            ApproximateReceiveCount: "1",
            SentTimestamp: String(START),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: String(START),
          },
          messageAttributes: {
            kind: { stringValue: "7", stringListValues: [], binaryListValues: [], dataType: "Number" },
          },
          md5OfMessageAttributes: expect.any(String),
          md5OfBody: "5d41402abc4b2a76b9719d911017c592",
          eventSource: "aws:sqs",
          eventSourceARN: queue.arn,
          awsRegion: "us-east-1",
        },
      ],
    },
  ]);
  expect(await queue.counts()).toEqual({ visible: 0, hidden: 0 });
});

test("a mapping that batches over a window writes a null where a message has no attributes", async () => {
  for (const [MaximumBatchingWindowInSeconds, written] of [
    [0, {}],
    [1, { md5OfMessageAttributes: null }],
  ] as const) {
    const { queue, define, pass } = await mapped({ MaximumBatchingWindowInSeconds });
    const seen: any[] = [];
    define("work", ({ Records }: Records) => {
      seen.push(...Records);
    });
    await queue.send("hello");
    await pass(2);
    const { md5OfMessageAttributes } = seen[0];
    expect({ ...("md5OfMessageAttributes" in seen[0] && { md5OfMessageAttributes }) }).toEqual(written);
  }
});

test("a mapping is described as one of a queue, and refused for what is no queue or no filter", async () => {
  const { call, mapping } = await mapped();
  expect(mapping.StateTransitionReason).toBe("USER_INITIATED");
  expect(mapping).not.toHaveProperty("LastProcessingResult");
  const EventSourceArn = "arn:aws:sqs:us-east-1:000000000000:none";
  const FunctionName = "work";
  await expect(call("CreateEventSourceMapping", { FunctionName, EventSourceArn })).rejects.toThrow(
    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.",
  );
  const update = (change: object) => call("UpdateEventSourceMapping", { UUID: mapping.UUID, ...change });
  expect((await update({ BatchSize: 5 })).State).toBe("Updating");
  expect((await update({ Enabled: false })).State).toBe("Disabling");
  expect((await update({ Enabled: true })).State).toBe("Enabling");
  const FilterCriteria = { Filters: [{ Pattern: "[]" }] };
  await expect(update({ FilterCriteria })).rejects.toMatchObject({
    message: "Invalid filter pattern definition.",
  });
});

test("an empty queue is not polled again before it has a message", async () => {
  const { kernel, queue, batches, settle, pass } = await mapped();
  await settle();
  let receives = 0;
  const call = kernel.call.bind(kernel);
  kernel.call = (service, operation, ...more) => {
    if (operation === "ReceiveMessage") receives++;
    return call(service, operation, ...more);
  };
  await queue.send("now");
  await queue.send("later", { DelaySeconds: 5 });
  await settle();
  expect(receives).toBe(2);
  await pass(5);
  expect(receives).toBe(4);
  expect(batches).toEqual([["now"], ["later"]]);
});

/** A function whose first invocation ends when the test says so, and the batches that it gets. */
function slowFirst(define: Awaited<ReturnType<typeof mapped>>["define"]) {
  const batches: string[][] = [];
  const first = gate();
  define("work", ({ Records }: Records) => {
    batches.push(Records.map(({ body }) => body));
    return batches.length === 1 ? first.promise : undefined;
  });
  return { batches, first };
}

test("if no further environment would start, messages that wait for the busy one arrive as one batch", async () => {
  const starts = { startTime: 100, hasRoom: () => false };
  const { queue, define, settle, pass, started } = await mapped({ BatchSize: 4 }, {}, "jobs", { starts });
  const { batches, first } = slowFirst(define);
  await queue.send("1");
  await settle();
  for (const body of ["2", "3", "4", "5", "6"]) {
    await queue.send(body);
    await pass(0.1);
  }
  // They are not received before, so that neither their visibility timeout nor their receives are used up.
  expect(await queue.counts()).toEqual({ visible: 5, hidden: 1 });
  first.resolve();
  await settle();
  expect(batches).toEqual([["1"], ["2", "3", "4", "5"], ["6"]]);
  expect(started).toHaveLength(1);
});

test("messages do not wait for an environment that is busy for long: another one starts", async () => {
  const starts = { startTime: 100, hasRoom: () => true };
  const { queue, define, settle, pass, started } = await mapped({ BatchSize: 4 }, {}, "jobs", { starts });
  const { batches, first } = slowFirst(define);
  await queue.send("1");
  await settle();
  await queue.send("2");
  await queue.send("3");
  for (let tenths = 0; tenths < 3; tenths++) await pass(0.1);
  expect(batches).toEqual([["1"], ["2", "3"]]);
  expect(started).toHaveLength(2);
  first.resolve();
});

describe("a queue that moves, with a batch every 60 ms where a start takes 100", () => {
  const starts = { startTime: 100, hasRoom: () => true, processors: 0 };
  /** Sends `count` messages, of which each is worked on for 60 ms, and lets so many seconds pass. */
  const busyFor = async (seconds: number, count: number, options: typeof starts) => {
    const it = await mapped({ BatchSize: 1 }, {}, "jobs", { starts: options });
    it.define("work", () => new Promise<void>((resolve) => it.clock.at(it.clock.now() + 60, resolve)));
    for (let sent = 0; sent < count; sent++) await it.queue.send(`${sent}`);
    await it.pass(seconds);
    return it;
  };

  test("starts a second environment when it has moved for ten times as long without an end, and no third", async () => {
    expect((await busyFor(0.9, 300, starts)).started).toHaveLength(1);
    const it = await busyFor(1.3, 300, starts);
    expect(it.started).toHaveLength(2);
    await it.pass(5);
    expect(it.started).toHaveLength(2);
    expect((await it.queue.counts()).visible).toBeLessThan(300 - 5 / 0.06);
  });

  test("starts a second environment for full batches that are gathered by several receives", async () => {
    const it = await mapped({ BatchSize: 25, MaximumBatchingWindowInSeconds: 1 }, {}, "jobs", { starts });
    it.define("work", () => new Promise<void>((resolve) => it.clock.at(it.clock.now() + 60, resolve)));
    for (let sent = 0; sent < 1000; sent++) await it.queue.send(`${sent}`);
    await it.pass(1.3);
    expect(it.started).toHaveLength(2);
  });

  test("starts a second environment for batches that are full because of their size", async () => {
    const it = await mapped({ BatchSize: 10 }, {}, "jobs", { starts });
    it.define("work", () => new Promise<void>((resolve) => it.clock.at(it.clock.now() + 60, resolve)));
    for (let sent = 0; sent < 200; sent++) await it.queue.send("x".repeat(700_000));
    await it.pass(1.3);
    expect(it.started).toHaveLength(2);
  });

  test("starts a third one where hardly more are at work than there are processors, and no fourth", async () => {
    const it = await busyFor(9, 600, { ...starts, processors: 1 });
    expect(it.started).toHaveLength(3);
  });

  test("counts the environments of other functions that are at work", async () => {
    const it = await mapped({ BatchSize: 1 }, {}, "jobs", { starts: { ...starts, processors: 1 } });
    const other = gate();
    it.define("other", () => other.promise);
    const invoked = it.kernel.call("lambda", "Invoke", { FunctionName: "other" });
    it.define("work", () => new Promise<void>((resolve) => it.clock.at(it.clock.now() + 60, resolve)));
    for (let sent = 0; sent < 600; sent++) await it.queue.send(`${sent}`);
    await it.pass(9);
    expect(it.started).toHaveLength(1 + 2);
    other.resolve();
    await it.settle();
    await invoked;
  });

  test("starts none if the processors are busy", async () => {
    expect((await busyFor(9, 300, { ...starts, hasRoom: () => false })).started).toHaveLength(1);
  });

  test("starts none if a batch can have all that waits", async () => {
    const it = await mapped({ BatchSize: 10 }, {}, "jobs", { starts });
    it.define("work", () => new Promise<void>((resolve) => it.clock.at(it.clock.now() + 60, resolve)));
    for (let sent = 0; sent < 300; sent++) {
      await it.queue.send(`${sent}`);
      await it.pass(0.01);
    }
    expect(it.started).toHaveLength(1);
  });

  test("starts none if it is drained every now and then", async () => {
    const it = await busyFor(0.8, 12, starts);
    for (let burst = 0; burst < 4; burst++) {
      for (let sent = 0; sent < 12; sent++) await it.queue.send(`${burst}-${sent}`);
      await it.pass(0.8);
    }
    expect(it.started).toHaveLength(1);
  });
});

test("messages that were there before the mapping are received", async () => {
  const { define, queue, call, settle, invoke: _ } = cloud();
  const jobs = await queue("jobs");
  await jobs.send("early");
  const seen: string[] = [];
  define("work", ({ Records }: Records) => {
    seen.push(...Records.map(({ body }) => body));
  });
  await call("CreateEventSourceMapping", { FunctionName: "work", EventSourceArn: jobs.arn });
  await settle();
  expect(seen).toEqual(["early"]);
});

test("after a failure the messages are received again when their visibility timeout ends, up to the dead-letter queue", async () => {
  const { queue: dead, ...it } = await mapped({}, {}, "dead");
  await it.call("DeleteEventSourceMapping", { UUID: it.mapping.UUID });
  const { kernel, define, call, pass } = it;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
  await kernel.call("sqs", "CreateQueue", {
    QueueName: "jobs",
    Attributes: { RedrivePolicy, VisibilityTimeout: "60" },
  });
  let calls = 0;
  define("work", () => {
    calls++;
    throw new Error("broken");
  });
  await call("CreateEventSourceMapping", { FunctionName: "work", EventSourceArn: kernel.arn("sqs", "jobs") });
  await kernel.call("sqs", "SendMessage", {
    QueueUrl: "http://127.0.0.1:4566/000000000000/jobs",
    MessageBody: "x",
  });
  await pass(59);
  expect(calls).toBe(1);
  await pass(2);
  expect(calls).toBe(2);
  await pass(61);
  expect(calls).toBe(2);
  expect(await dead.counts()).toEqual({ visible: 1, hidden: 0 });
});

describe("ReportBatchItemFailures", () => {
  const partial = { FunctionResponseTypes: ["ReportBatchItemFailures"], MaximumBatchingWindowInSeconds: 1 };
  const failing = (failures: (ids: string[]) => unknown) => async () => {
    const it = await mapped(partial);
    it.define("work", ({ Records }: Records) => failures(Records.map(({ messageId }) => messageId)));
    for (const body of ["a", "b", "c"]) await it.queue.send(body);
    await it.pass(2);
    return (await it.queue.counts()).hidden;
  };
  const item = (itemIdentifier: unknown) => ({ batchItemFailures: [{ itemIdentifier }] });

  test.each<[string, (ids: string[]) => unknown, number]>([
    ["nothing", () => undefined, 0],
    ["an empty object", () => ({}), 0],
    ["an empty list", () => ({ batchItemFailures: [] }), 0],
    ["null for the list", () => ({ batchItemFailures: null }), 0],
    ["one of three", ([first]) => item(first), 1],
    ["an unknown identifier", () => item("unknown"), 3],
    ["an empty identifier", () => item(""), 3],
    ["null for an identifier", () => item(null), 3],
    ["a number for an identifier", () => item(4), 3],
    ["a misspelled member", ([first]) => ({ batchItemFailures: [{ itemidentifier: first }] }), 3],
    [
      "a good one next to a bad one",
      ([first]) => ({ batchItemFailures: [{ itemIdentifier: first }, {}] }),
      3,
    ],
    ["an object for the list", ([first]) => ({ batchItemFailures: { itemIdentifier: first } }), 3],
    ["null in the list", () => ({ batchItemFailures: [null] }), 3],
    ["a text", () => "all good", 3],
  ])("%s leaves this many of three messages in the queue", async (_name, failures, left) => {
    expect(await failing(failures)()).toBe(left);
  });
});

test("a batching window gathers messages until it ends or the batch is full", async () => {
  const { queue, batches, settle, pass } = await mapped({ BatchSize: 3, MaximumBatchingWindowInSeconds: 20 });
  await queue.send("a");
  await queue.send("b");
  await pass(19);
  expect(batches).toEqual([]);
  await pass(1);
  expect(batches).toEqual([["a", "b"]]);
  for (const body of ["c", "d", "e", "f"]) await queue.send(body);
  await settle();
  expect(batches.slice(1)).toEqual([["c", "d", "e"]]);
});

test("no more batches than the maximum concurrency are in progress, and no message is received for later", async () => {
  const { define, queue, settle } = await mapped({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
  const doors = Array.from({ length: 5 }, () => gate());
  let running = 0;
  let most = 0;
  let finished = 0;
  define("work", async () => {
    most = Math.max(most, ++running);
    await doors[finished + running - 1]?.promise;
    running--;
    finished++;
  });
  for (let number = 0; number < 5; number++) await queue.send(String(number));
  await settle();
  expect(await queue.counts()).toEqual({ visible: 3, hidden: 2 });
  for (const door of doors) door.resolve();
  await settle();
  expect({ most, finished }).toEqual({ most: 2, finished: 5 });
  expect(await queue.counts()).toEqual({ visible: 0, hidden: 0 });
});

test("a mapping without a limit begins with five batches and scales up while the backlog lasts", async () => {
  const { define, queue, settle, pass } = await mapped({ BatchSize: 1 });
  define("work", () => gate().promise, { Timeout: 60 });
  for (let number = 0; number < 30; number++) await queue.send(String(number));
  await settle();
  expect((await queue.counts()).hidden).toBe(5);
  await pass(2);
  expect((await queue.counts()).hidden).toBe(15);
});

test("messages that no filter matches are deleted without an invocation", async () => {
  const Pattern = JSON.stringify({ body: { kind: ["scene"], size: [{ numeric: [">", 10] }] } });
  const { queue, batches, settle } = await mapped({ FilterCriteria: { Filters: [{ Pattern }] } });
  for (const body of ['{"kind":"scene","size":11}', '{"kind":"scene","size":10}', "scene"])
    await queue.send(body);
  await settle();
  expect(batches).toEqual([['{"kind":"scene","size":11}']]);
  expect(await queue.counts()).toEqual({ visible: 0, hidden: 0 });
});

test("a filter on text matches bodies that are text", async () => {
  const Pattern = JSON.stringify({ body: [{ prefix: "urgent" }] });
  const { queue, batches, settle } = await mapped({ FilterCriteria: { Filters: [{ Pattern }] } });
  for (const body of ["urgent: a", "later: b", '{"urgent":1}']) await queue.send(body);
  await settle();
  expect(batches).toEqual([["urgent: a"]]);
});

test("a FIFO group is processed in order, one batch at a time, while other groups continue", async () => {
  const it = cloud();
  const queue = await it.queue("jobs.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" });
  const seen: string[] = [];
  const door = gate();
  it.define("work", async ({ Records }: Records) => {
    for (const { body } of Records) seen.push(body);
    if (Records[0].body === "a1") await door.promise;
  });
  await it.call("CreateEventSourceMapping", {
    FunctionName: "work",
    EventSourceArn: queue.arn,
    BatchSize: 1,
  });
  for (const body of ["a1", "a2", "b1", "b2"]) await queue.send(body, { MessageGroupId: body[0] });
  await it.settle();
  expect(seen).toEqual(["a1", "b1", "b2"]);
  door.resolve();
  await it.settle();
  expect(seen).toEqual(["a1", "b1", "b2", "a2"]);
});

test("a throttled batch is tried again within its visibility timeout", async () => {
  const { call, queue, batches, pass } = await mapped();
  await call("PutFunctionConcurrency", { FunctionName: "work", ReservedConcurrentExecutions: 0 });
  await queue.send("a");
  await pass(2);
  expect(batches).toEqual([]);
  await call("DeleteFunctionConcurrency", { FunctionName: "work" });
  await pass(3);
  expect(batches).toEqual([["a"]]);
});

test("a mapping whose receive the queue throttles reads again a second later", async () => {
  const it = cloud();
  const queue = await it.queue("jobs.fifo", { FifoQueue: "true" });
  const bodies: string[] = [];
  it.define("work", ({ Records }: Records) => {
    for (const { body } of Records) bodies.push(body);
  });
  await queue.send("a", { MessageGroupId: "a", MessageDeduplicationId: "a" });
  it.kernel.limits = new Limits({ fifoCalls: { burst: 1, perSecond: 1 } }, it.clock);
  await queue.receive();
  await it.kernel.call("sqs", "PurgeQueue", { QueueUrl: queue.url });
  await queue.send("b", { MessageGroupId: "b", MessageDeduplicationId: "b" });
  const input = { FunctionName: "work", EventSourceArn: queue.arn };
  await it.call("CreateEventSourceMapping", input);
  await it.settle();
  expect(bodies).toEqual([]);
  await it.pass(1);
  expect(bodies).toEqual(["b"]);
});

describe("a mapping whose deletion of processed messages the queue throttles", () => {
  const open = async () => {
    const it = await mapped({}, { FifoQueue: "true", VisibilityTimeout: "5" }, "jobs.fifo");
    it.kernel.limits = new Limits({ fifoCalls: { burst: 1, perSecond: 1 } }, it.clock);
    await it.kernel.call("sqs", "DeleteMessageBatch", {
      QueueUrl: it.queue.url,
      Entries: [{ Id: "none", ReceiptHandle: "none" }],
    });
    await it.queue.send("a", { MessageGroupId: "a", MessageDeduplicationId: "a" });
    await it.settle();
    expect(await it.queue.counts()).toEqual({ visible: 0, hidden: 1 });
    return it;
  };

  test("deletes them a second later, so that the function does not run again", async () => {
    const { queue, batches, pass } = await open();
    await pass(1);
    expect(await queue.counts()).toEqual({ visible: 0, hidden: 0 });
    await pass(10);
    expect(batches).toEqual([["a"]]);
  });

  test("tries again at once when it stops", async () => {
    const { kernel, queue, lambda, settle } = await open();
    kernel.limits = undefined;
    lambda.pause!();
    await lambda.stop!();
    await settle();
    expect(await queue.counts()).toEqual({ visible: 0, hidden: 0 });
  });
});

test("a disabled mapping receives nothing; enabling it processes the backlog", async () => {
  const { call, queue, batches, settle, mapping } = await mapped({ Enabled: false });
  await queue.send("a");
  await settle();
  expect(batches).toEqual([]);
  expect((await call("GetEventSourceMapping", { UUID: mapping.UUID })).State).toBe("Disabled");
  await call("UpdateEventSourceMapping", { UUID: mapping.UUID, Enabled: true });
  await settle();
  expect(batches).toEqual([["a"]]);
});

test("a stop that interrupts a function returns its messages at once", async () => {
  const { define, queue, call, settle, lambda } = cloud();
  const jobs = await queue("jobs", { VisibilityTimeout: "3600" });
  define("work", () => gate().promise);
  await call("CreateEventSourceMapping", { FunctionName: "work", EventSourceArn: jobs.arn });
  await jobs.send("a");
  await settle();
  expect(await jobs.counts()).toEqual({ visible: 0, hidden: 1 });
  lambda.pause!();
  await lambda.stop!();
  await settle();
  expect(await jobs.counts()).toEqual({ visible: 1, hidden: 0 });
});

test("a stop returns messages that wait for the end of a batching window, or for another attempt", async () => {
  const { queue, lambda, settle } = await mapped(
    { BatchSize: 3, MaximumBatchingWindowInSeconds: 20 },
    { VisibilityTimeout: "3600" },
  );
  await queue.send("a");
  await settle();
  expect(await queue.counts()).toEqual({ visible: 0, hidden: 1 });
  lambda.pause!();
  await settle();
  expect(await queue.counts()).toEqual({ visible: 1, hidden: 0 });

  const throttled = await mapped({}, { VisibilityTimeout: "3600" });
  await throttled.call("PutFunctionConcurrency", { FunctionName: "work", ReservedConcurrentExecutions: 0 });
  await throttled.queue.send("a");
  await throttled.settle();
  expect(await throttled.queue.counts()).toEqual({ visible: 0, hidden: 1 });
  throttled.lambda.pause!();
  await throttled.settle();
  expect(await throttled.queue.counts()).toEqual({ visible: 1, hidden: 0 });
});

test("a changed mapping processes what the earlier one had gathered", async () => {
  const window = { BatchSize: 3, MaximumBatchingWindowInSeconds: 20 };
  const { call, queue, batches, settle, pass, mapping } = await mapped(window, { VisibilityTimeout: "3600" });
  await queue.send("a");
  await settle();
  await call("UpdateEventSourceMapping", { UUID: mapping.UUID, MaximumBatchingWindowInSeconds: 5 });
  await pass(5);
  expect(batches).toEqual([["a"]]);
});

test.each([
  ["at once", {}, 0],
  ["unless the function has hidden it until a time", { VisibilityTimeout: 20 }, 19],
])("after a kill the mapping continues, and what was in flight returns %s", async (_, hidden, seconds) => {
  const store = Store.open(":memory:");
  const before = cloud({ store });
  const queue = await before.queue("jobs", { VisibilityTimeout: "30" });
  before.define("work", async ({ Records }: Records) => {
    const { receiptHandle: ReceiptHandle } = Records[0];
    if ("VisibilityTimeout" in hidden)
      await before.kernel.call("sqs", "ChangeMessageVisibility", {
        QueueUrl: queue.url,
        ReceiptHandle,
        ...hidden,
      });
    await gate().promise;
  });
  await before.call("CreateEventSourceMapping", { FunctionName: "work", EventSourceArn: queue.arn });
  await queue.send("a");
  await before.settle();

  const after = cloud({ store, at: START + 1000 });
  const seen: string[] = [];
  after.define("work", ({ Records }: Records) => {
    seen.push(Records[0].body);
  });
  await after.pass(Math.max(0, seconds - 1));
  expect(seen).toEqual(seconds === 0 ? ["a"] : []);
  await after.pass(1);
  expect(seen).toEqual(["a"]);
});

test.each([
  ["a second mapping of the same pair", {}, "ResourceConflictException"],
  [
    "a queue that is not there",
    { EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:none" },
    "InvalidParameterValueException",
  ],
  [
    "another kind of source",
    { EventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/s" },
    "InvalidParameterValueException",
  ],
  ["a large batch without a window", { BatchSize: 11 }, "InvalidParameterValueException"],
  ["a concurrency of one", { ScalingConfig: { MaximumConcurrency: 1 } }, "ValidationException"],
  [
    "a filter that is no pattern",
    { FilterCriteria: { Filters: [{ Pattern: '{"body":1}' }] } },
    "InvalidParameterValueException",
  ],
])("%s is refused", async (_name, parameters, code) => {
  const { call, queue, define } = await mapped();
  define("other", () => 1);
  const FunctionName = code === "ResourceConflictException" ? "work" : "other";
  const input = { FunctionName, EventSourceArn: queue.arn, ...parameters };
  await expect(call("CreateEventSourceMapping", input)).rejects.toMatchObject({ code });
});
