import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { sqsService } from "../../../local/sqs/service.ts";
import { watchQueries } from "../query-plan.ts";
import { START, sqsAlone } from "./cloud.ts";

function cloud() {
  const { clock, kernel, sqs, pass } = sqsAlone();
  const queue = async (QueueName: string, Attributes: Record<string, string> = {}) =>
    (await sqs("CreateQueue", { QueueName, Attributes })).QueueUrl as string;
  const bodies = async (QueueUrl: string, more = {}) =>
    ((await sqs("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10, ...more })).Messages ?? []).map(
      (message: any) => message.Body,
    );
  const counts = async (QueueUrl: string) => {
    const { Attributes } = await sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
    return [
      Attributes.ApproximateNumberOfMessages,
      Attributes.ApproximateNumberOfMessagesNotVisible,
      Attributes.ApproximateNumberOfMessagesDelayed,
    ].map(Number);
  };
  return { kernel, clock, sqs, queue, pass, bodies, counts };
}

const redriveTo = (name: string, maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({
    deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    maxReceiveCount,
  }),
});

test("a message is received, hidden for its timeout, received again, and gone once deleted", async () => {
  const { sqs, queue, pass, bodies } = cloud();
  const QueueUrl = await queue("orders");
  const sent = await sqs("SendMessage", { QueueUrl, MessageBody: "one" });
  expect(sent.MD5OfMessageBody).toBe(createHash("md5").update("one").digest("hex"));
  expect(await bodies(QueueUrl)).toEqual(["one"]);
  expect(await bodies(QueueUrl)).toEqual([]);
  pass(30);
  const { Messages } = await sqs("ReceiveMessage", { QueueUrl, MessageSystemAttributeNames: ["All"] });
  expect(Messages[0]).toMatchObject({
    MessageId: sent.MessageId,
    Attributes: {
      ApproximateReceiveCount: "2",
      SentTimestamp: String(START),
      ApproximateFirstReceiveTimestamp: String(START),
      SenderId: "000000000000",
    },
  });
  await sqs("DeleteMessage", { QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle });
  pass(60);
  expect(await bodies(QueueUrl)).toEqual([]);
});

test("a queue is found by account and name, under whatever host its URL has", async () => {
  const { sqs, queue, bodies } = cloud();
  const QueueUrl = await queue("orders");
  expect(QueueUrl).toBe("http://127.0.0.1:4566/000000000000/orders");
  await sqs("SendMessage", { QueueUrl: "https://queue.example:9/000000000000/orders", MessageBody: "x" });
  expect(await bodies(QueueUrl)).toEqual(["x"]);
  await expect(
    sqs("SendMessage", { QueueUrl: QueueUrl.replace("0/o", "1/o"), MessageBody: "x" }),
  ).rejects.toMatchObject({ code: "QueueDoesNotExist" });
});

test("an error carries its code of the Query protocol for the wire", async () => {
  const { sqs } = cloud();
  await expect(sqs("GetQueueUrl", { QueueName: "nowhere" })).rejects.toMatchObject({
    code: "QueueDoesNotExist",
    details: { queryErrorCode: "AWS.SimpleQueueService.NonExistentQueue" },
  });
});

test("a delayed message counts as delayed and appears when the delay is over", async () => {
  const { sqs, queue, pass, bodies, counts } = cloud();
  const QueueUrl = await queue("later", { DelaySeconds: "5" });
  await sqs("SendMessage", { QueueUrl, MessageBody: "five" });
  await sqs("SendMessage", { QueueUrl, MessageBody: "now", DelaySeconds: 0 });
  expect(await counts(QueueUrl)).toEqual([1, 0, 1]);
  expect(await bodies(QueueUrl)).toEqual(["now"]);
  expect(await counts(QueueUrl)).toEqual([0, 1, 1]);
  pass(5);
  expect(await bodies(QueueUrl)).toEqual(["five"]);
});

test("every way of becoming visible raises the queue's signal, and nothing else does", async () => {
  const { kernel, sqs, queue, pass } = cloud();
  await queue("dead");
  const QueueUrl = await queue("work", redriveTo("dead", 1));
  const raised: string[] = [];
  kernel.signals.on(kernel.arn("sqs", "work"), () => raised.push("unrelated"));
  kernel.signals.on(`sqs:${kernel.arn("sqs", "work")}`, () => raised.push("work"));
  kernel.signals.on(`sqs:${kernel.arn("sqs", "dead")}`, () => raised.push("dead"));
  const received = async () => {
    await Promise.resolve();
    return raised.splice(0);
  };
  await sqs("SendMessage", { QueueUrl, MessageBody: "a", DelaySeconds: 10 });
  expect(await received()).toEqual([]);
  pass(9);
  expect(await received()).toEqual([]);
  pass(1);
  expect(await received()).toEqual(["work"]);
  const { Messages } = await sqs("ReceiveMessage", { QueueUrl });
  const { ReceiptHandle } = Messages[0];
  await received();
  await sqs("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  expect(await received()).toEqual(["work"]);
  await sqs("ReceiveMessage", { QueueUrl });
  expect(await received()).toEqual(["dead"]);
});

test("a long poll ends with the message, with the time, or with the caller", async () => {
  const { sqs, queue, pass, clock } = cloud();
  const QueueUrl = await queue("orders");
  const woken = sqs("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 });
  pass(3);
  await sqs("SendMessage", { QueueUrl, MessageBody: "hello" });
  expect((await woken).Messages[0].Body).toBe("hello");

  const waited = sqs("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 5 });
  pass(5);
  expect(await waited).toEqual({});
  expect(clock.now()).toBe(START + 8000);

  const hangUp = new AbortController();
  const aborted = sqs("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 }, { signal: hangUp.signal });
  hangUp.abort();
  expect(await aborted).toEqual({});
});

test("a stopped service ends its long polls", async () => {
  const { kernel, sqs, queue, clock } = cloud();
  const QueueUrl = await queue("orders");
  const poll = sqs("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 });
  await kernel.service("sqs")!.stop!();
  expect(await poll).toEqual({});
  expect(clock.next()).toBeUndefined();
});

test("an older receipt no longer deletes, nor does one of another queue", async () => {
  const { sqs, queue, pass, counts } = cloud();
  const QueueUrl = await queue("orders");
  await sqs("SendMessage", { QueueUrl, MessageBody: "x" });
  const first = (await sqs("ReceiveMessage", { QueueUrl })).Messages[0].ReceiptHandle;
  pass(30);
  await sqs("ReceiveMessage", { QueueUrl });
  await sqs("DeleteMessage", { QueueUrl, ReceiptHandle: first });
  expect(await counts(QueueUrl)).toEqual([0, 1, 0]);
  const other = await queue("other");
  for (const ReceiptHandle of ["nonsense", first]) {
    await expect(sqs("DeleteMessage", { QueueUrl: other, ReceiptHandle })).rejects.toMatchObject({
      code: "ReceiptHandleIsInvalid",
    });
  }
});

test("visibility can be prolonged up to twelve hours after the receive", async () => {
  const { sqs, queue, pass, bodies } = cloud();
  const QueueUrl = await queue("long");
  await sqs("SendMessage", { QueueUrl, MessageBody: "x" });
  const { ReceiptHandle } = (await sqs("ReceiveMessage", { QueueUrl })).Messages[0];
  const change = (VisibilityTimeout: number) =>
    sqs("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout });
  await change(3600);
  pass(3599);
  await expect(change(43_200)).rejects.toThrow("Total VisibilityTimeout for the message is beyond the limit");
  await change(43_200 - 3599);
  pass(43_200 - 3600);
  expect(await bodies(QueueUrl)).toEqual([]);
  pass(1);
  await expect(change(10)).rejects.toThrow("Total VisibilityTimeout for the message is beyond the limit");
  expect(await bodies(QueueUrl)).toEqual(["x"]);
});

test("visibility can be changed when it has run out, and with the receipt of an earlier receive", async () => {
  const { sqs, queue, pass, bodies } = cloud();
  const QueueUrl = await queue("late");
  await sqs("SendMessage", { QueueUrl, MessageBody: "x" });
  const { ReceiptHandle } = (await sqs("ReceiveMessage", { QueueUrl })).Messages[0];
  const change = (VisibilityTimeout: number) =>
    sqs("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout });
  pass(30);
  await change(10);
  expect(await bodies(QueueUrl)).toEqual([]);
  pass(10);
  expect(await bodies(QueueUrl)).toEqual(["x"]);
  await change(0);
  expect(await bodies(QueueUrl)).toEqual(["x"]);
});

test("attributes of a message are chosen by name or prefix", async () => {
  const { sqs, queue } = cloud();
  const QueueUrl = await queue("attributes");
  const text = { DataType: "String", StringValue: "v" };
  const MessageAttributes = { Hello: text, "Help.Me": text, General: text };
  await sqs("SendMessage", { QueueUrl, MessageBody: "x", MessageAttributes });
  const chosen = async (...MessageAttributeNames: string[]) => {
    const answer = await sqs("ReceiveMessage", { QueueUrl, MessageAttributeNames, VisibilityTimeout: 0 });
    return Object.keys(answer.Messages[0].MessageAttributes ?? {});
  };
  expect(await chosen()).toEqual([]);
  for (const all of ["All", "*", ".*"]) expect(await chosen(all)).toHaveLength(3);
  expect(await chosen("Hel.*")).toEqual(["Hello", "Help.Me"]);
  expect(await chosen("Help.*")).toEqual(["Help.Me"]);
  expect(await chosen("General", "none")).toEqual(["General"]);
});

test("a key of one's own takes the place of SQS's encryption, and both at once are refused", async () => {
  const { sqs, queue } = cloud();
  const QueueUrl = await queue("encrypted");
  const set = (Attributes: object) => sqs("SetQueueAttributes", { QueueUrl, Attributes });
  const shown = async () =>
    (
      await sqs("GetQueueAttributes", {
        QueueUrl,
        AttributeNames: ["SqsManagedSseEnabled", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"],
      })
    ).Attributes;
  await set({ KmsMasterKeyId: "key", KmsDataKeyReusePeriodSeconds: "6000" });
  expect(await shown()).toEqual({
    SqsManagedSseEnabled: "false",
    KmsMasterKeyId: "key",
    KmsDataKeyReusePeriodSeconds: "6000",
  });
  await set({ KmsMasterKeyId: "", KmsDataKeyReusePeriodSeconds: "300" });
  expect(await shown()).toEqual({ SqsManagedSseEnabled: "false" });
  await expect(set({ KmsMasterKeyId: "key", SqsManagedSseEnabled: "true" })).rejects.toMatchObject({
    code: "InvalidAttributeName",
  });
});

test("a message received too often goes to the dead-letter queue with its history", async () => {
  const { sqs, queue, pass, bodies, counts } = cloud();
  const dead = await queue("dead", { MessageRetentionPeriod: "3600" });
  const QueueUrl = await queue("work", { VisibilityTimeout: "10", ...redriveTo("dead", 2) });
  await sqs("SendMessage", { QueueUrl, MessageBody: "poison" });
  for (const _ of [1, 2]) {
    expect(await bodies(QueueUrl)).toEqual(["poison"]);
    pass(10);
  }
  expect(await counts(dead)).toEqual([0, 0, 0]);
  expect(await bodies(QueueUrl)).toEqual([]);
  expect(await counts(QueueUrl)).toEqual([0, 0, 0]);
  const { Messages } = await sqs("ReceiveMessage", { QueueUrl: dead, AttributeNames: ["All"] });
  expect(Messages[0].Attributes).toMatchObject({
    DeadLetterQueueSourceArn: "arn:aws:sqs:us-east-1:000000000000:work",
    ApproximateReceiveCount: "3",
    SentTimestamp: String(START),
  });
  pass(3600 - 21);
  expect(await counts(dead)).toEqual([1, 0, 0]);
  pass(1);
  expect(await counts(dead)).toEqual([0, 0, 0]);
});

test("a redrive task sends dead letters home with a new life, at its rate", async () => {
  const { kernel, sqs, queue, pass, bodies, counts } = cloud();
  const dead = await queue("dead");
  const work = await queue("work", { VisibilityTimeout: "0", ...redriveTo("dead", 1) });
  for (const MessageBody of ["a", "b", "c"]) await sqs("SendMessage", { QueueUrl: work, MessageBody });
  await bodies(work);
  expect(await bodies(work)).toEqual([]);
  expect(await counts(dead)).toEqual([3, 0, 0]);
  const SourceArn = "arn:aws:sqs:us-east-1:000000000000:dead";
  await sqs("StartMessageMoveTask", { SourceArn, MaxNumberOfMessagesPerSecond: 2 });
  await expect(sqs("StartMessageMoveTask", { SourceArn })).rejects.toThrow("already a task running");
  pass(0.001);
  await kernel.work.idle();
  expect(await counts(work)).toEqual([2, 0, 0]);
  const { Results } = await sqs("ListMessageMoveTasks", { SourceArn });
  expect(Results[0]).toMatchObject({
    Status: "RUNNING",
    ApproximateNumberOfMessagesMoved: 2,
    MaxNumberOfMessagesPerSecond: 2,
  });
  pass(1);
  await kernel.work.idle();
  expect((await sqs("ListMessageMoveTasks", { SourceArn })).Results[0]).toMatchObject({
    Status: "COMPLETED",
    ApproximateNumberOfMessagesMoved: 3,
    ApproximateNumberOfMessagesToMove: 3,
  });
  expect((await bodies(work)).sort()).toEqual(["a", "b", "c"]);
});

test("a redrive task can be cancelled, and fails for a message that no one sent to the dead-letter queue", async () => {
  const { kernel, sqs, queue, pass } = cloud();
  const dead = await queue("dead");
  await queue("work", redriveTo("dead", 1));
  const SourceArn = "arn:aws:sqs:us-east-1:000000000000:dead";
  await sqs("SendMessage", { QueueUrl: dead, MessageBody: "stray" });
  const { TaskHandle } = await sqs("StartMessageMoveTask", { SourceArn });
  expect(await sqs("CancelMessageMoveTask", { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 0 });
  pass(1);
  await sqs("StartMessageMoveTask", { SourceArn });
  pass(1);
  await kernel.work.idle();
  const { Results } = await sqs("ListMessageMoveTasks", { SourceArn, MaxResults: 10 });
  expect(Results.map((task: any) => [task.Status, task.FailureReason])).toEqual([
    ["FAILED", "CouldNotDetermineMessageSource"],
    ["CANCELLED", undefined],
  ]);
  await expect(
    sqs("StartMessageMoveTask", { SourceArn: "arn:aws:sqs:us-east-1:000000000000:work" }),
  ).rejects.toThrow("Source queue must be configured as a Dead Letter Queue.");
});

test("messages end with the queue's retention, in flight or not", async () => {
  const { sqs, queue, pass, bodies, counts } = cloud();
  const QueueUrl = await queue("short", { MessageRetentionPeriod: "60", VisibilityTimeout: "600" });
  await sqs("SendMessage", { QueueUrl, MessageBody: "a" });
  await bodies(QueueUrl);
  await sqs("SendMessage", { QueueUrl, MessageBody: "b" });
  pass(59);
  expect(await counts(QueueUrl)).toEqual([1, 1, 0]);
  pass(1);
  expect(await bodies(QueueUrl)).toEqual([]);
  expect(await counts(QueueUrl)).toEqual([0, 0, 0]);
});

test("attribute digests are those of the service, and receives digest what they return", async () => {
  const { sqs, queue } = cloud();
  const QueueUrl = await queue("attributes");
  const MessageAttributes = {
    "trace.id": { DataType: "String", StringValue: "abc" },
    "trace.flag": { DataType: "Binary", BinaryValue: Buffer.from([1, 2, 3]).toString("base64") },
    size: { DataType: "Number", StringValue: "42" },
  };
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const encode = (name: string, type: string, kind: number, value: Buffer) =>
    Buffer.concat([field(Buffer.from(name)), field(Buffer.from(type)), Buffer.from([kind]), field(value)]);
  const size = encode("size", "Number", 1, Buffer.from("42"));
  const flag = encode("trace.flag", "Binary", 2, Buffer.from([1, 2, 3]));
  const id = encode("trace.id", "String", 1, Buffer.from("abc"));
  const digest = (...parts: Buffer[]) => createHash("md5").update(Buffer.concat(parts)).digest("hex");

  const sent = await sqs("SendMessage", { QueueUrl, MessageBody: "x", MessageAttributes });
  expect(sent.MD5OfMessageAttributes).toBe(digest(size, flag, id));
  const { Messages } = await sqs("ReceiveMessage", { QueueUrl, MessageAttributeNames: ["trace.*"] });
  expect(Object.keys(Messages[0].MessageAttributes)).toEqual(["trace.id", "trace.flag"]);
  expect(Messages[0].MD5OfMessageAttributes).toBe(digest(flag, id));
  expect(Messages[0].Attributes).toBeUndefined();
});

test("system attributes come by either parameter, the trace header and a fair queue's group among them", async () => {
  const { sqs, queue } = cloud();
  const QueueUrl = await queue("fair");
  await sqs("SendMessage", {
    QueueUrl,
    MessageBody: "x",
    MessageGroupId: "tenant-1",
    MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "Root=1-5759e988" } },
  });
  const { Messages } = await sqs("ReceiveMessage", {
    QueueUrl,
    AttributeNames: ["MessageGroupId"],
    MessageSystemAttributeNames: ["AWSTraceHeader"],
  });
  expect(Messages[0].Attributes).toEqual({ MessageGroupId: "tenant-1", AWSTraceHeader: "Root=1-5759e988" });
});

test("a purge empties the queue, once a minute", async () => {
  const { sqs, queue, pass, counts } = cloud();
  const QueueUrl = await queue("orders");
  await sqs("SendMessage", { QueueUrl, MessageBody: "x" });
  await sqs("PurgeQueue", { QueueUrl });
  expect(await counts(QueueUrl)).toEqual([0, 0, 0]);
  await expect(sqs("PurgeQueue", { QueueUrl })).rejects.toMatchObject({ code: "PurgeQueueInProgress" });
  pass(60);
  await sqs("PurgeQueue", { QueueUrl });
});

test("a deleted queue's name is available after a minute", async () => {
  const { sqs, queue, pass, counts } = cloud();
  const QueueUrl = await queue("orders");
  await sqs("SendMessage", { QueueUrl, MessageBody: "x" });
  await sqs("DeleteQueue", { QueueUrl });
  await expect(sqs("GetQueueUrl", { QueueName: "orders" })).rejects.toMatchObject({
    code: "QueueDoesNotExist",
  });
  await expect(queue("orders")).rejects.toMatchObject({ code: "QueueDeletedRecently" });
  pass(60);
  expect(await counts(await queue("orders"))).toEqual([0, 0, 0]);
});

test("acknowledged messages are in the store: another process continues with them", async () => {
  const { kernel, sqs, queue, clock } = cloud();
  const QueueUrl = await queue("orders");
  await sqs("SendMessage", { QueueUrl, MessageBody: "in flight" });
  await sqs("ReceiveMessage", { QueueUrl });
  await sqs("SendMessage", { QueueUrl, MessageBody: "waiting" });
  await kernel.service("sqs")!.stop!();

  const next = new Kernel({ clock, random: seededRandom(2), store: kernel.store, endpoint: kernel.endpoint });
  next.register(sqsService(next));
  let raised = 0;
  next.signals.on(`sqs:${next.arn("sqs", "orders")}`, () => raised++);
  next.service("sqs")!.start!();
  const receive = async () => (await next.call("sqs", "ReceiveMessage", { QueueUrl })).Messages?.[0].Body;
  expect(await receive()).toBe("waiting");
  expect(await receive()).toBeUndefined();
  raised = 0;
  clock.advanceTo(START + 30_000);
  await Promise.resolve();
  expect(raised).toBe(1);
  expect(await receive()).toBe("in flight");
});

test.each<Record<string, string>>([{}, { FifoQueue: "true", ContentBasedDeduplication: "true" }])(
  "no operation on the messages of a queue %j reads a table through, so its cost does not grow with the queue",
  async (attributes) => {
    const { kernel, sqs, queue, pass, counts } = cloud();
    const suffix = attributes.FifoQueue ? ".fifo" : "";
    await queue(`dead${suffix}`, attributes);
    const QueueUrl = await queue(`work${suffix}`, { ...attributes, ...redriveTo(`dead${suffix}`, 1) });
    const expensive = watchQueries(kernel.store);
    for (const MessageBody of ["a", "b", "c"]) {
      await sqs("SendMessage", { QueueUrl, MessageBody, MessageGroupId: MessageBody });
    }
    const { Messages } = await sqs("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 3 });
    const receipts = Messages.map((message: any) => ({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    await sqs("DeleteMessage", receipts[0]);
    await sqs("ChangeMessageVisibility", { ...receipts[1], VisibilityTimeout: 0 });
    await sqs("ReceiveMessage", { QueueUrl });
    pass(60);
    await counts(QueueUrl);
    pass(15 * 86_400);
    await counts(QueueUrl);
    expect(expensive()).toEqual([]);
  },
);

test("a noisy neighbour's messages wait while other tenants have some, and come when they have none", async () => {
  const { sqs, queue, bodies } = cloud();
  const QueueUrl = await queue("shared");
  const send = async (tenant: string | undefined, from: number, to: number) => {
    for (let n = from; n < to; n++) {
      await sqs("SendMessage", { QueueUrl, MessageBody: `${tenant}${n}`, MessageGroupId: tenant });
    }
  };
  await send("a", 0, 35);
  await send("b", 0, 5);
  for (let n = 0; n < 3; n++) await bodies(QueueUrl);
  // 30 of a are in flight, and all there are: from now on the others come first, whenever they were sent.
  expect(await bodies(QueueUrl, { MaxNumberOfMessages: 3 })).toEqual(["b0", "b1", "b2"]);
  await send(undefined, 0, 1);
  expect(await bodies(QueueUrl)).toEqual(["b3", "b4", "undefined0", "a30", "a31", "a32", "a33", "a34"]);
});

test("of several noisy neighbours the one with the fewest messages in flight comes first", async () => {
  const { sqs, queue, bodies } = cloud();
  const QueueUrl = await queue("shared");
  for (const [tenant, count] of [
    ["a", 40],
    ["b", 30],
    ["a", 1],
    ["b", 1],
  ] as const) {
    for (let n = 0; n < count; n++) {
      await sqs("SendMessage", { QueueUrl, MessageBody: tenant, MessageGroupId: tenant });
    }
  }
  for (let n = 0; n < 7; n++) await bodies(QueueUrl);
  expect(await bodies(QueueUrl)).toEqual(["b", "a"]);
});

test("many tenants with a fair share each are no noisy neighbours", async () => {
  const { sqs, queue, bodies } = cloud();
  const QueueUrl = await queue("shared");
  for (let n = 0; n < 400; n++) {
    await sqs("SendMessage", { QueueUrl, MessageBody: `${n}`, MessageGroupId: `tenant-${n % 10}` });
  }
  const order: string[] = [];
  for (let n = 0; n < 40; n++) order.push(...(await bodies(QueueUrl)));
  expect(order).toEqual(Array.from({ length: 400 }, (_, n) => `${n}`));
});
