import { expect, test } from "vitest";
import { sqsAlone } from "./cloud.ts";

async function cloud() {
  const { sqs } = sqsAlone();
  const { QueueUrl } = await sqs("CreateQueue", { QueueName: "orders" });
  return { sqs, QueueUrl };
}

const entries = (count: number, MessageBody = "x") =>
  Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, MessageBody }));

test.each([
  ["EmptyBatchRequest", []],
  ["TooManyEntriesInBatchRequest", entries(11)],
  ["BatchEntryIdsNotDistinct", [...entries(1), ...entries(1)]],
  ["InvalidBatchEntryId", [{ Id: "with space", MessageBody: "x" }]],
  ["BatchRequestTooLong", entries(2, "x".repeat(524_289))],
])("%s refuses a batch as a whole", async (code, Entries) => {
  const { sqs, QueueUrl } = await cloud();
  await expect(sqs("SendMessageBatch", { QueueUrl, Entries })).rejects.toMatchObject({
    code,
    details: { queryErrorCode: `AWS.SimpleQueueService.${code}` },
  });
  expect(await sqs("ReceiveMessage", { QueueUrl })).toEqual({});
});

test("a bad entry of a batch fails for itself", async () => {
  const { sqs, QueueUrl } = await cloud();
  const Entries = [
    { Id: "good", MessageBody: "x" },
    { Id: "bad", MessageBody: "\u0000" },
    { Id: "empty", MessageBody: "" },
  ];
  const answer = await sqs("SendMessageBatch", { QueueUrl, Entries });
  expect(answer.Successful.map((entry: any) => entry.Id)).toEqual(["good"]);
  expect(answer.Failed).toEqual([
    { Id: "bad", SenderFault: true, Code: "InvalidMessageContents", Message: expect.any(String) },
    { Id: "empty", SenderFault: true, Code: "MissingParameter", Message: expect.any(String) },
  ]);
});

test("receipts of a batch are handled one by one", async () => {
  const { sqs, QueueUrl } = await cloud();
  await sqs("SendMessage", { QueueUrl, MessageBody: "x" });
  const { ReceiptHandle } = (await sqs("ReceiveMessage", { QueueUrl })).Messages[0];
  const answer = await sqs("DeleteMessageBatch", {
    QueueUrl,
    Entries: [
      { Id: "1", ReceiptHandle: "nonsense" },
      { Id: "2", ReceiptHandle },
    ],
  });
  expect(answer.Successful).toEqual([{ Id: "2" }]);
  expect(answer.Failed).toMatchObject([{ Id: "1", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
});

test("a message may have a mebibyte, attributes included, and not a byte more", async () => {
  const { sqs, QueueUrl } = await cloud();
  const MessageAttributes = { name: { DataType: "String", StringValue: "v" } };
  const MessageBody = "x".repeat(1_048_576 - "nameStringv".length);
  await sqs("SendMessage", { QueueUrl, MessageBody, MessageAttributes });
  await expect(
    sqs("SendMessage", { QueueUrl, MessageBody: `${MessageBody}x`, MessageAttributes }),
  ).rejects.toThrow(
    "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
  );
});

test.each([
  ["a reserved name", { "AWS.thing": { DataType: "String", StringValue: "x" } }],
  ["a name with a space", { "a b": { DataType: "String", StringValue: "x" } }],
  ["no value", { a: { DataType: "String", StringValue: "" } }],
  ["an unknown type", { a: { DataType: "Boolean", StringValue: "true" } }],
  ["a number that is none", { a: { DataType: "Number", StringValue: "ten" } }],
])("message attributes: %s is refused", async (_, MessageAttributes) => {
  const { sqs, QueueUrl } = await cloud();
  await expect(sqs("SendMessage", { QueueUrl, MessageBody: "x", MessageAttributes })).rejects.toMatchObject({
    details: { queryErrorCode: "InvalidParameterValue" },
  });
});

test.each([
  [{ VisibilityTimeout: "43201" }, "InvalidAttributeValue"],
  [{ DelaySeconds: "soon" }, "InvalidAttributeValue"],
  [{ Nonsense: "1" }, "InvalidAttributeName"],
  [{ QueueArn: "arn" }, "InvalidAttributeName"],
  [{ ContentBasedDeduplication: "true" }, "InvalidAttributeName"],
  [{ RedrivePolicy: "{" }, "InvalidParameterValueException"],
  [{ RedrivePolicy: '{"maxReceiveCount":3}' }, "InvalidParameterValueException"],
  [
    {
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":3}',
    },
    "InvalidParameterValueException",
  ],
])("the attributes %j are refused", async (Attributes, code) => {
  const { sqs, QueueUrl } = await cloud();
  await expect(sqs("SetQueueAttributes", { QueueUrl, Attributes })).rejects.toMatchObject({ code });
});

test("a redrive permission keeps other queues' dead letters away", async () => {
  const { sqs, QueueUrl } = await cloud();
  await sqs("CreateQueue", {
    QueueName: "dead",
    Attributes: { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' },
  });
  const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:dead";
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 });
  await expect(sqs("SetQueueAttributes", { QueueUrl, Attributes: { RedrivePolicy } })).rejects.toThrow(
    "RedriveAllowPolicy",
  );
});

test("creating a queue again answers its URL, or says which attribute differs", async () => {
  const { sqs, QueueUrl } = await cloud();
  const create = (Attributes: object) => sqs("CreateQueue", { QueueName: "orders", Attributes });
  expect(await create({ VisibilityTimeout: "30" })).toEqual({ QueueUrl });
  await expect(create({ VisibilityTimeout: "31" })).rejects.toMatchObject({
    code: "QueueNameExists",
    message: expect.stringContaining("VisibilityTimeout"),
  });
  await expect(sqs("CreateQueue", { QueueName: "no spaces" })).rejects.toThrow(
    "Can only include alphanumeric",
  );
});

test.each([
  { MaxNumberOfMessages: 11 },
  { MaxNumberOfMessages: 0 },
  { WaitTimeSeconds: 21 },
  { VisibilityTimeout: -1 },
])("a receive with %j is refused", async (input) => {
  const { sqs, QueueUrl } = await cloud();
  await expect(sqs("ReceiveMessage", { QueueUrl, ...input })).rejects.toMatchObject({
    details: { queryErrorCode: "InvalidParameterValue" },
    message: expect.stringContaining(Object.keys(input)[0]!),
  });
});

test("queues are listed by prefix, page by page", async () => {
  const { sqs } = await cloud();
  for (const QueueName of ["b-2", "b-1", "b-3", "a"]) await sqs("CreateQueue", { QueueName });
  const first = await sqs("ListQueues", { QueueNamePrefix: "b-", MaxResults: 2 });
  const second = await sqs("ListQueues", {
    QueueNamePrefix: "b-",
    MaxResults: 2,
    NextToken: first.NextToken,
  });
  const names = [...first.QueueUrls, ...second.QueueUrls].map((url: string) => url.split("/").at(-1));
  expect(names).toEqual(["b-1", "b-2", "b-3"]);
  expect(second.NextToken).toBeUndefined();
});

test("tags and permissions are kept", async () => {
  const { sqs, QueueUrl } = await cloud();
  await sqs("TagQueue", { QueueUrl, Tags: { team: "video", stage: "dev" } });
  await sqs("UntagQueue", { QueueUrl, TagKeys: ["stage"] });
  expect(await sqs("ListQueueTags", { QueueUrl })).toEqual({ Tags: { team: "video" } });

  const permission = { QueueUrl, Label: "share", AWSAccountIds: ["111122223333"], Actions: ["SendMessage"] };
  await sqs("AddPermission", permission);
  const { Attributes } = await sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["Policy"] });
  expect(JSON.parse(Attributes.Policy).Statement).toEqual([
    {
      Sid: "share",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "SQS:SendMessage",
      Resource: "arn:aws:sqs:us-east-1:000000000000:orders",
    },
  ]);
  await expect(sqs("AddPermission", permission)).rejects.toThrow("Already exists.");
  await sqs("RemovePermission", { QueueUrl, Label: "share" });
  await expect(sqs("RemovePermission", { QueueUrl, Label: "share" })).rejects.toThrow("can't find label.");
});
