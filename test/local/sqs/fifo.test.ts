import { expect, test } from "vitest";
import { sqsService } from "../../../local/sqs/service.ts";
import { sqsAlone } from "./cloud.ts";

async function fifo(Attributes: Record<string, string> = { ContentBasedDeduplication: "true" }) {
  const { kernel, clock, sqs: call, pass } = sqsAlone();
  const { QueueUrl } = await call("CreateQueue", {
    QueueName: "orders.fifo",
    Attributes: { FifoQueue: "true", ...Attributes },
  });
  return {
    kernel,
    clock,
    call,
    QueueUrl,
    send: (group: string, MessageBody: string, more = {}) =>
      call("SendMessage", { QueueUrl, MessageGroupId: group, MessageBody, ...more }),
    receive: async (MaxNumberOfMessages = 10, more = {}): Promise<any[]> =>
      (await call("ReceiveMessage", { QueueUrl, MaxNumberOfMessages, ...more })).Messages ?? [],
    delete: (message: { ReceiptHandle: string }) =>
      call("DeleteMessage", { QueueUrl, ReceiptHandle: message.ReceiptHandle }),
    pass,
  };
}

const bodies = (messages: any[]) => messages.map((message) => message.Body);

test("a group returns nothing while its messages are in flight, other groups do", async () => {
  const { send, receive, delete: remove } = await fifo();
  for (const body of ["a1", "a2", "a3"]) await send("a", body);
  const [a1] = await receive(1);
  expect(a1.Body).toBe("a1");
  await send("b", "b1");
  expect(bodies(await receive())).toEqual(["b1"]);
  expect(await receive()).toEqual([]);
  await remove(a1);
  expect(bodies(await receive())).toEqual(["a2", "a3"]);
});

test("order within a group survives a visibility timeout", async () => {
  const { send, receive, pass, call, QueueUrl } = await fifo();
  for (const body of ["1", "2", "3"]) await send("g", body);
  const taken = await receive(2);
  expect(bodies(taken)).toEqual(["1", "2"]);
  await call("ChangeMessageVisibility", {
    QueueUrl,
    ReceiptHandle: taken[0].ReceiptHandle,
    VisibilityTimeout: 0,
  });
  expect(bodies(await receive())).toEqual(["1"]);
  expect(await receive()).toEqual([]);
  pass(30);
  expect(bodies(await receive())).toEqual(["1", "2", "3"]);
});

test("a message in flight blocks those after it, not those before it", async () => {
  const { send, receive, pass, call, QueueUrl } = await fifo();
  for (const body of ["1", "2", "3"]) await send("g", body);
  const [, second] = await receive(3, { VisibilityTimeout: 10 });
  const { ReceiptHandle } = second;
  await call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 40 });
  pass(9);
  expect(await receive()).toEqual([]);
  pass(1);
  expect(bodies(await receive())).toEqual(["1"]);
  pass(30);
  expect(bodies(await receive())).toEqual(["1", "2", "3"]);
});

test("the type of a queue follows from its name, and contradicting attributes are refused", async () => {
  const { call } = await fifo();
  const create = (QueueName: string, FifoQueue: string) =>
    call("CreateQueue", { QueueName, Attributes: { FifoQueue } });
  await expect(create("plain", "false")).rejects.toThrow("Unknown Attribute FifoQueue.");
  await expect(create("plain", "true")).rejects.toThrow("must end with .fifo suffix");
  await expect(create("other.fifo", "false")).rejects.toThrow("Modifying queue type is not supported.");
});

test("groups come in the order in which they became visible", async () => {
  const { send, receive, call, QueueUrl, pass } = await fifo();
  for (const body of ["a1", "a2"]) await send("a", body);
  const [{ ReceiptHandle }] = await receive();
  await send("b", "b1");
  pass(1);
  await call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  expect(bodies(await receive())).toEqual(["b1", "a1"]);
});

test("a purge forgets which messages were sent", async () => {
  const { send, receive, call, QueueUrl } = await fifo();
  await send("g", "1");
  await call("PurgeQueue", { QueueUrl });
  await send("g", "1");
  expect(bodies(await receive())).toEqual(["1"]);
});

test.each([
  ["MessageGroupId", { MessageDeduplicationId: "d" }],
  ["MessageDeduplicationId", { MessageGroupId: "g" }],
])("a batch without a %s is refused whole", async (name, place) => {
  const { call, receive, QueueUrl } = await fifo({});
  const Entries = [
    { Id: "good", MessageBody: "x", MessageGroupId: "g", MessageDeduplicationId: "e" },
    { Id: "bad", MessageBody: "x", ...place },
  ];
  await expect(call("SendMessageBatch", { QueueUrl, Entries })).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: expect.stringContaining(name),
  });
  expect(await receive()).toEqual([]);
});

test("booleans are read in any case and shown in lower case", async () => {
  const { call, QueueUrl } = await fifo({ ContentBasedDeduplication: "True" });
  const Attributes = { FifoQueue: "True", ContentBasedDeduplication: "TRUE" };
  expect(await call("CreateQueue", { QueueName: "orders.fifo", Attributes })).toEqual({ QueueUrl });
  const AttributeNames = ["ContentBasedDeduplication"];
  expect(await call("GetQueueAttributes", { QueueUrl, AttributeNames })).toEqual({
    Attributes: { ContentBasedDeduplication: "true" },
  });
});

test("the unlocking of a group raises the queue's signal", async () => {
  const { send, receive, delete: remove, kernel } = await fifo();
  for (const body of ["1", "2"]) await send("g", body);
  const [first] = await receive(1);
  await Promise.resolve();
  let raised = 0;
  kernel.signals.on(`sqs:${kernel.arn("sqs", "orders.fifo")}`, () => raised++);
  await remove(first);
  await Promise.resolve();
  expect(raised).toBe(1);
});

test("a duplicate within five minutes is answered like the first and not enqueued", async () => {
  const { send, receive, delete: remove, pass } = await fifo();
  const first = await send("g", "same");
  expect(await send("other", "same")).toMatchObject({
    MessageId: first.MessageId,
    SequenceNumber: first.SequenceNumber,
  });
  const [only, ...others] = await receive();
  expect(others).toEqual([]);
  await remove(only);
  pass(299);
  await send("g", "same");
  expect(await receive()).toEqual([]);
  pass(1);
  await send("g", "same");
  expect(bodies(await receive())).toEqual(["same"]);
});

test("deduplication by group lets another group use the same id", async () => {
  const { send, receive } = await fifo({
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
  });
  for (const group of ["a", "a", "b"]) await send(group, group, { MessageDeduplicationId: "id" });
  expect(bodies(await receive()).sort()).toEqual(["a", "b"]);
});

test("sequence numbers grow and are shown with the group and the id", async () => {
  const { send, receive } = await fifo();
  const one = await send("g", "1");
  const two = await send("g", "2", { MessageDeduplicationId: "mine" });
  expect(one.SequenceNumber).toMatch(/^\d{20}$/);
  expect(two.SequenceNumber > one.SequenceNumber).toBe(true);
  const [, second] = await receive(10, { AttributeNames: ["All"] });
  expect(second.Attributes).toMatchObject({
    SequenceNumber: two.SequenceNumber,
    MessageGroupId: "g",
    MessageDeduplicationId: "mine",
  });
});

test("a group and a deduplication id are required, a delay of its own is refused", async () => {
  const { call, send, QueueUrl } = await fifo({});
  await expect(call("SendMessage", { QueueUrl, MessageBody: "x" })).rejects.toMatchObject({
    details: { queryErrorCode: "MissingParameter" },
    message: "The request must contain the parameter MessageGroupId.",
  });
  await expect(send("g", "x")).rejects.toThrow("ContentBasedDeduplication enabled or MessageDeduplicationId");
  await expect(send("g", "x", { MessageDeduplicationId: "1", DelaySeconds: 2 })).rejects.toThrow(
    "Value 2 for parameter DelaySeconds is invalid.",
  );
  await expect(send("with space", "x", { MessageDeduplicationId: "1" })).rejects.toThrow(
    "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
  );
});

test("a receipt of a FIFO queue expires with the visibility timeout", async () => {
  const { send, receive, delete: remove, pass } = await fifo();
  await send("g", "x");
  const [message] = await receive();
  pass(30);
  await expect(remove(message)).rejects.toThrow("Reason: The receipt handle has expired.");
});

test("a dead letter unblocks the next message of its group", async () => {
  const { call, send, receive, pass, QueueUrl } = await fifo();
  const dead = await call("CreateQueue", { QueueName: "dead.fifo", Attributes: { FifoQueue: "true" } });
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:dead.fifo",
    maxReceiveCount: 1,
  });
  await call("SetQueueAttributes", { QueueUrl, Attributes: { RedrivePolicy } });
  await send("g", "poison");
  await send("g", "next");
  await receive(1);
  pass(30);
  expect(bodies(await receive(1))).toEqual(["next"]);
  const buried = await call("ReceiveMessage", { QueueUrl: dead.QueueUrl });
  expect(bodies(buried.Messages)).toEqual(["poison"]);
});

test("the delay of the queue delays each message, in order", async () => {
  const { send, receive, pass } = await fifo({ ContentBasedDeduplication: "true", DelaySeconds: "10" });
  await send("g", "1");
  pass(5);
  await send("g", "2");
  expect(await receive()).toEqual([]);
  pass(5);
  const first = await receive();
  expect(bodies(first)).toEqual(["1"]);
});

const attempt = { ReceiveRequestAttemptId: "first", VisibilityTimeout: 60 };

test("a receive attempt that is made again is given the same messages, invisible again", async () => {
  const { send, receive, pass, delete: remove } = await fifo();
  for (const body of ["1", "2"]) await send("g", body);
  const first = await receive(10, attempt);
  expect(bodies(first)).toEqual(["1", "2"]);
  pass(40);
  expect(await receive(10, attempt)).toEqual(first);
  pass(40);
  expect(await receive()).toEqual([]);
  for (const message of first) await remove(message);
  await send("g", "3");
  expect(bodies(await receive(10, attempt))).toEqual(["3"]);
});

test("an attempt is over when a message of it was changed or deleted, came back, or after five minutes", async () => {
  const over = async (change: (local: Awaited<ReturnType<typeof fifo>>, message: any) => unknown) => {
    const local = await fifo();
    for (const body of ["1", "2"]) await local.send("g", body);
    const [message] = await local.receive(1, { ...attempt, VisibilityTimeout: 900 });
    await change(local, message);
    return bodies(await local.receive(1, attempt));
  };
  const visible = (VisibilityTimeout: number) => (local: Awaited<ReturnType<typeof fifo>>, message: any) =>
    local.call("ChangeMessageVisibility", {
      QueueUrl: local.QueueUrl,
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout,
    });
  expect(await over(() => {})).toEqual(["1"]);
  expect(await over((local, message) => local.delete(message))).toEqual(["2"]);
  expect(await over(visible(600))).toEqual([]);
  expect(await over((local) => local.pass(301))).toEqual([]);
});

test("an attempt outlives a restart, and its id must be one", async () => {
  const { send, receive, kernel } = await fifo();
  await send("g", "1");
  const first = await receive(1, attempt);
  kernel.register(sqsService(kernel));
  expect(await receive(1, attempt)).toEqual(first);
  await expect(receive(1, { ReceiveRequestAttemptId: "a b" })).rejects.toThrow("ReceiveRequestAttemptId");
});
