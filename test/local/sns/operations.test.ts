import { expect, test } from "vitest";
import { cloud, DEAD, FUNCTION, QUEUE, text } from "./harness.ts";

const code = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => "accepted",
    (error) => `${error.code}: ${error.message}`,
  );

test("a topic of the same name and attributes is the same topic", async () => {
  const { sns, TopicArn } = await cloud();
  expect(await sns("CreateTopic", { Name: "orders" })).toEqual({ TopicArn });
  expect(await code(sns("CreateTopic", { Name: "orders", Attributes: { DisplayName: "x" } }))).toContain(
    "Topic already exists with different attributes",
  );
});

test.each<[string, string, object, string]>([
  ["a name with a space", "CreateTopic", { Name: "a b" }, "InvalidParameter: Invalid parameter: Topic Name"],
  [
    "a FIFO topic without its ending",
    "CreateTopic",
    { Name: "a", Attributes: { FifoTopic: "true" } },
    "must end with .fifo",
  ],
  [
    "an attribute that topics do not have",
    "CreateTopic",
    { Name: "a", Attributes: { Colour: "red" } },
    "AttributeName",
  ],
  [
    "archives",
    "CreateTopic",
    { Name: "a.fifo", Attributes: { FifoTopic: "true", ArchivePolicy: "{}" } },
    "does not serve",
  ],
  [
    "a message for no topic",
    "Publish",
    { TopicArn: "arn:aws:sns:us-east-1:000000000000:none", Message: "m" },
    "NotFound: Topic does not exist",
  ],
  ["an empty message", "Publish", { Message: "" }, "Invalid parameter: Empty message"],
  ["a long message", "Publish", { Message: "x".repeat(262_145) }, "Message too long"],
  ["a subject with a line break", "Publish", { Message: "m", Subject: "a\nb" }, "Invalid parameter: Subject"],
  [
    "a structure without a default",
    "Publish",
    { Message: "{}", MessageStructure: "json" },
    "No default entry in JSON message body",
  ],
  [
    "an attribute without a type",
    "Publish",
    { Message: "m", MessageAttributes: { a: { StringValue: "b" } } },
    "invalid message attribute type",
  ],
  [
    "an attribute without a value",
    "Publish",
    { Message: "m", MessageAttributes: { a: text("") } },
    "must contain non-empty message attribute value",
  ],
  [
    "a phone number",
    "Publish",
    { Message: "m", PhoneNumber: "+41" },
    "does not serve messages to phone numbers",
  ],
  [
    "an unknown protocol",
    "Subscribe",
    { Protocol: "pigeon", Endpoint: "x" },
    "Does not support this protocol string: pigeon",
  ],
  ["text messages", "Subscribe", { Protocol: "sms", Endpoint: "+41" }, "does not serve the protocol sms"],
  ["a queue's URL", "Subscribe", { Protocol: "sqs", Endpoint: "http://q" }, "SQS endpoint ARN"],
  [
    "a FIFO queue of a standard topic",
    "Subscribe",
    { Protocol: "sqs", Endpoint: `${QUEUE}.fifo` },
    "can not be subscribed to standard SNS topics",
  ],
  [
    "raw delivery to a function",
    "Subscribe",
    { Protocol: "lambda", Endpoint: FUNCTION, Attributes: { RawMessageDelivery: "true" } },
    "does not support raw message delivery",
  ],
  [
    "a redrive policy without a queue",
    "Subscribe",
    { Protocol: "sqs", Endpoint: QUEUE, Attributes: { RedrivePolicy: "{}" } },
    "is not an SQS ARN",
  ],
  ["a wrong token", "ConfirmSubscription", { Token: "x" }, "Invalid parameter: Token"],
])("%s is refused", async (_, operation, input, reason) => {
  const { sns, TopicArn } = await cloud();
  expect(await code(sns(operation, { TopicArn, ...input }))).toContain(reason);
});

test("subscriptions are listed with their topic, and attributes can be changed and removed", async () => {
  const { sns, subscribe, publish, calls, TopicArn } = await cloud();
  const SubscriptionArn = await subscribe("sqs", QUEUE);
  const set = (AttributeName: string, AttributeValue: string) =>
    sns("SetSubscriptionAttributes", { SubscriptionArn, AttributeName, AttributeValue });
  await set("FilterPolicy", '{"kind":["a"]}');
  await set("RedrivePolicy", JSON.stringify({ deadLetterTargetArn: DEAD }));
  await publish("no");
  expect(calls).toHaveLength(0);
  const { Attributes } = await sns("GetSubscriptionAttributes", { SubscriptionArn });
  expect(Attributes).toMatchObject({ FilterPolicyScope: "MessageAttributes", PendingConfirmation: "false" });
  await set("FilterPolicy", "{}");
  await publish("yes");
  expect(calls).toHaveLength(1);
  expect(await sns("ListSubscriptionsByTopic", { TopicArn })).toMatchObject({
    Subscriptions: [{ SubscriptionArn, Protocol: "sqs", Endpoint: QUEUE, TopicArn }],
  });
  await sns("Unsubscribe", { SubscriptionArn });
  await publish("none");
  expect(calls).toHaveLength(1);
});

test("lists have pages", async () => {
  const { sns } = await cloud();
  for (let n = 0; n < 150; n++) await sns("CreateTopic", { Name: `t${String(n).padStart(3, "0")}` });
  const first = await sns("ListTopics");
  const second = await sns("ListTopics", { NextToken: first.NextToken });
  expect([first.Topics.length, second.Topics.length, second.NextToken]).toEqual([100, 51, undefined]);
});

test("a subscription by mail waits for a person, and receives nothing", async () => {
  const { subscribe, publish, sns, calls } = await cloud();
  const SubscriptionArn = await subscribe("email", "ann@example.com");
  await publish("paid");
  expect(calls).toEqual([]);
  const { Attributes } = await sns("GetSubscriptionAttributes", { SubscriptionArn });
  expect(Attributes.PendingConfirmation).toBe("true");
});

test("entries of a batch succeed and fail on their own", async () => {
  const { sns, subscribe, settle, bodies, TopicArn } = await cloud();
  await subscribe("sqs", QUEUE, { RawMessageDelivery: "true" });
  const PublishBatchRequestEntries = [
    { Id: "a", Message: "1" },
    { Id: "b", Message: "" },
  ];
  const { Successful, Failed } = await sns("PublishBatch", { TopicArn, PublishBatchRequestEntries });
  await settle();
  expect(Successful).toMatchObject([{ Id: "a", MessageId: expect.any(String) }]);
  expect(Failed).toMatchObject([{ Id: "b", Code: "InvalidParameter", SenderFault: true }]);
  expect(bodies()).toEqual(["1"]);
  const twice = [PublishBatchRequestEntries[0], PublishBatchRequestEntries[0]];
  expect(await code(sns("PublishBatch", { TopicArn, PublishBatchRequestEntries: twice }))).toContain(
    "BatchEntryIdsNotDistinct",
  );
});

test("a permission is a statement of the topic's policy", async () => {
  const { sns, service, TopicArn } = await cloud();
  await sns("AddPermission", {
    TopicArn,
    Label: "x",
    AWSAccountId: ["000000000001"],
    ActionName: ["Publish"],
  });
  const statements = () => JSON.parse(service.policyOf!(TopicArn)!).Statement;
  expect(statements().at(-1)).toMatchObject({ Sid: "x", Action: ["SNS:Publish"], Resource: TopicArn });
  await sns("RemovePermission", { TopicArn, Label: "x" });
  expect(statements().some(({ Sid }: { Sid: string }) => Sid === "x")).toBe(false);
});

test.each<[string, string, object, string]>([
  ["no name", "CreateTopic", { Name: null }, "Topic Name"],
  ["a tag that is null", "CreateTopic", { Name: "a", Tags: [null] }, "Tags[0] must be a structure"],
  ["a tag without a key", "CreateTopic", { Name: "a", Tags: [{}] }, "Tags[0] has no Key"],
  ["attributes as a text", "CreateTopic", { Name: "a", Attributes: "x" }, "Attributes must be a structure"],
  ["no topic", "GetTopicAttributes", { TopicArn: null }, "TopicArn"],
  ["a topic's name as a number", "DeleteTopic", { TopicArn: 7 }, "TopicArn must be a string"],
  ["keys that are null", "UntagResource", { TagKeys: [null] }, "TagKeys[0] must be a string"],
  [
    "a subscription that is a list",
    "Unsubscribe",
    { SubscriptionArn: [] },
    "SubscriptionArn must be a string",
  ],
  [
    "an entry that is null",
    "PublishBatch",
    { PublishBatchRequestEntries: [null] },
    "PublishBatchRequestEntries[0] must be a structure",
  ],
  ["an empty list of a form", "PublishBatch", { PublishBatchRequestEntries: "" }, "EmptyBatchRequest"],
  [
    "the type of an attribute as a list",
    "Publish",
    { Message: "x", MessageAttributes: { a: { DataType: ["String"] } } },
    "MessageAttributes.a.DataType must be a string",
  ],
  [
    "binary data that is a number",
    "Publish",
    { Message: "x", MessageAttributes: { a: { DataType: "Binary", BinaryValue: 5 } } },
    "BinaryValue of the message attribute 'a'",
  ],
  [
    "a value that is a structure",
    "Publish",
    { Message: "x", MessageAttributes: { a: { DataType: "String", StringValue: {} } } },
    "StringValue of the message attribute 'a'",
  ],
])("%s is refused with the name of the member: %s", async (_, operation, input, message) => {
  const { sns, TopicArn, reports } = await cloud();
  const refusal = await code(sns(operation, { ...(operation !== "CreateTopic" && { TopicArn }), ...input }));
  expect(refusal).toContain(message);
  expect(refusal).not.toContain("InternalFailure");
  expect(reports).toEqual([]);
});

test("a member that is null counts as missing, as an empty list of a form counts as a list", async () => {
  const { sns, TopicArn } = await cloud();
  const created = { Name: "orders", Attributes: null, Tags: "" };
  expect(await sns("CreateTopic", created)).toEqual({ TopicArn });
  expect(await sns("UntagResource", { ResourceArn: TopicArn, TagKeys: "" })).toEqual({});
});
