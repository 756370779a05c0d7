import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { cloud, DEAD, FUNCTION, QUEUE, text } from "./harness.ts";

const MINUTE = 60_000;
const gone = () => {
  throw new ServiceError("QueueDoesNotExist", "The specified queue does not exist.");
};
const busy = () => {
  throw new ServiceError("InternalFailure", "Try again.", { fault: "server" });
};

test("a queue receives the document that AWS documents, as the service, for the topic", async () => {
  const { subscribe, publish, calls, TopicArn } = await cloud();
  const arn = await subscribe("sqs", QUEUE);
  const { MessageId } = await publish("paid", {
    Subject: "Order 1",
    MessageAttributes: { kind: text("order") },
  });
  expect(calls).toMatchObject([
    {
      operation: "SendMessage",
      caller: "sns.amazonaws.com",
      input: { QueueUrl: "http://127.0.0.1:4566/000000000000/orders", MessageAttributes: {} },
    },
  ]);
  const body: string = calls[0]!.input.MessageBody;
  expect(body).toMatch(/^\{\n {2}"Type" : "Notification",\n {2}"MessageId" : "/);
  expect(JSON.parse(body)).toEqual({
    Type: "Notification",
    MessageId,
    TopicArn,
    Subject: "Order 1",
    Message: "paid",
    Timestamp: "2026-11-21T07:00:30.000Z",
    SignatureVersion: "1",
    Signature: expect.any(String),
    SigningCertURL: expect.any(String),
    UnsubscribeURL: expect.stringContaining(arn),
    MessageAttributes: { kind: { Type: "String", Value: "order" } },
  });
});

test("with raw delivery, a queue receives the message itself and its attributes", async () => {
  const { subscribe, publish, calls } = await cloud();
  await subscribe("sqs", QUEUE, { RawMessageDelivery: "true" });
  const MessageAttributes = { kind: text("order"), photo: { DataType: "Binary", BinaryValue: "AAE=" } };
  await publish("paid", { MessageAttributes });
  expect(calls[0]!.input).toMatchObject({ MessageBody: "paid", MessageAttributes });
});

test("a function is invoked with a record", async () => {
  const { subscribe, publish, calls, TopicArn } = await cloud();
  const EventSubscriptionArn = await subscribe("lambda", FUNCTION);
  await publish("paid", { MessageAttributes: { n: { DataType: "Number", StringValue: "1" } } });
  expect(calls).toMatchObject([
    { operation: "Invoke", input: { FunctionName: FUNCTION, InvocationType: "Event" } },
  ]);
  const { Records } = JSON.parse(calls[0]!.input.Payload.toString());
  expect(Records).toMatchObject([
    {
      EventSource: "aws:sns",
      EventVersion: "1.0",
      EventSubscriptionArn,
      Sns: {
        Type: "Notification",
        TopicArn,
        Subject: null,
        Message: "paid",
        MessageAttributes: { n: { Type: "Number", Value: "1" } },
      },
    },
  ]);
});

test("each protocol gets its own text of a JSON structure, or the default", async () => {
  const { subscribe, publish, calls } = await cloud();
  await subscribe("sqs", QUEUE, { RawMessageDelivery: "true" });
  await subscribe("lambda", FUNCTION);
  await publish(JSON.stringify({ default: "d", sqs: "q" }), { MessageStructure: "json" });
  const queue = calls.find(({ operation }) => operation === "SendMessage")!;
  const call = calls.find(({ operation }) => operation === "Invoke")!;
  expect(queue.input.MessageBody).toBe("q");
  expect(JSON.parse(call.input.Payload.toString()).Records[0].Sns.Message).toBe("d");
});

test("an endpoint that is gone is not retried: the dead-letter queue receives the message and the reason", async () => {
  const { subscribe, publish, calls, behaviour, advance } = await cloud();
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DEAD });
  await subscribe("sqs", QUEUE, { RawMessageDelivery: "true", RedrivePolicy });
  behaviour.answer = ({ input }) => (input.QueueUrl.endsWith("/dead") ? {} : gone());
  await publish("paid");
  await advance(MINUTE);
  expect(calls.map(({ input }) => [input.QueueUrl.split("/").at(-1), input.MessageBody])).toEqual([
    ["orders", "paid"],
    ["dead", "paid"],
  ]);
  expect(calls[1]!.input.MessageAttributes).toMatchObject({
    ErrorCode: text("QueueDoesNotExist"),
    ErrorMessage: text("The specified queue does not exist."),
  });
});

test("without a dead-letter queue, a lost message is reported", async () => {
  const { subscribe, publish, behaviour, reports } = await cloud();
  await subscribe("sqs", QUEUE);
  behaviour.answer = gone;
  await publish("paid");
  expect(reports).toEqual([expect.stringContaining(`could not deliver to ${QUEUE}`)]);
});

test("a broken endpoint is tried again: three times at once, then with growing pauses", async () => {
  const { subscribe, publish, calls, behaviour, advance } = await cloud();
  await subscribe("sqs", QUEUE);
  behaviour.answer = busy;
  await publish("paid");
  expect(calls).toHaveLength(4);
  await advance(5 * MINUTE);
  const pauses = calls.slice(4).map(({ time }, at) => Date.parse(time) - Date.parse(calls[at + 3]!.time));
  expect(pauses.slice(0, 2).every((pause) => pause >= 500 && pause <= 1000)).toBe(true);
  expect(pauses.slice(12).every((pause) => pause >= 10_000 && pause <= 20_000)).toBe(true);
  behaviour.answer = () => ({});
  await advance(MINUTE);
  const { length } = calls;
  await advance(60 * MINUTE);
  expect(calls).toHaveLength(length);
});

test("a delivery of the last process continues", async () => {
  const { subscribe, publish, calls, behaviour, service, store, clock } = await cloud();
  await subscribe("sqs", QUEUE);
  behaviour.answer = busy;
  await publish("paid");
  await service.stop!();
  expect(calls).toHaveLength(4);
  const again = await cloud({ store, start: clock.now() });
  await again.advance(2000);
  expect(again.calls.map(({ input }) => JSON.parse(input.MessageBody).Message)).toEqual(["paid"]);
});

test("messages of a FIFO topic keep their order within a group, also behind a failure", async () => {
  const { subscribe, publish, bodies, behaviour, advance, calls } = await cloud({
    name: "orders.fifo",
    attributes: { FifoTopic: "true", ContentBasedDeduplication: "true" },
  });
  await subscribe("sqs", `${QUEUE}.fifo`, { RawMessageDelivery: "true" });
  behaviour.answer = ({ input }) => (input.MessageGroupId === "a" ? busy() : {});
  await publish("a1", { MessageGroupId: "a" });
  await publish("a2", { MessageGroupId: "a" });
  await publish("b1", { MessageGroupId: "b" });
  expect(new Set(bodies())).toEqual(new Set(["a1", "b1"]));
  behaviour.answer = () => ({});
  calls.length = 0;
  await advance(MINUTE);
  expect(bodies()).toEqual(["a1", "a2"]);
  expect(calls[0]!.input).toMatchObject({ MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("a duplicate within five minutes is not delivered, and has the answer of the first", async () => {
  const { subscribe, publish, calls, advance } = await cloud({
    name: "orders.fifo",
    attributes: { FifoTopic: "true" },
  });
  await subscribe("sqs", `${QUEUE}.fifo`);
  const once = { MessageGroupId: "g", MessageDeduplicationId: "1" };
  const first = await publish("paid", once);
  expect(first.SequenceNumber).toMatch(/^\d{20}$/);
  expect(await publish("again", once)).toEqual(first);
  expect(calls).toHaveLength(1);
  await advance(5 * MINUTE);
  await publish("again", once);
  expect(calls).toHaveLength(2);
});
