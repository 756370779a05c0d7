import { expect, test } from "vitest";
import { sqsResources } from "../../../local/sqs/resources.ts";
import { sqsAlone } from "./cloud.ts";

function cloud() {
  const { kernel } = sqsAlone();
  const provider = (type: string) => sqsResources.find((candidate) => candidate.type === type)!;
  const deploy = async (type: string, properties: object) =>
    provider(type).deploy(
      { type, path: "Stack/Orders", logicalId: "Orders", generatedName: "Stack-Orders-1A2B", properties },
      kernel,
      { path: (key) => key },
    );
  const attributes = async (QueueUrl: string) =>
    (await kernel.call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] })).Attributes;
  return { kernel, deploy, attributes, provider };
}

const QUEUE = "AWS::SQS::Queue";

test("a queue has the URL as its reference and takes the template's properties", async () => {
  const { deploy, attributes, kernel } = cloud();
  const dead = await deploy(QUEUE, { QueueName: "dead", SqsManagedSseEnabled: true });
  const { ref, attributes: outputs } = await deploy(QUEUE, {
    VisibilityTimeout: 180,
    RedrivePolicy: { deadLetterTargetArn: dead.attributes.Arn, maxReceiveCount: 3 },
    Tags: [{ Key: "team", Value: "video" }],
  });
  expect(ref).toBe("http://127.0.0.1:4566/000000000000/Stack-Orders-1A2B");
  expect(outputs).toEqual({
    Arn: "arn:aws:sqs:us-east-1:000000000000:Stack-Orders-1A2B",
    QueueName: "Stack-Orders-1A2B",
    QueueUrl: ref,
  });
  expect(await attributes(ref)).toMatchObject({
    VisibilityTimeout: "180",
    RedrivePolicy: expect.stringContaining('"maxReceiveCount":3'),
  });
  expect((await kernel.call("sqs", "ListQueueTags", { QueueUrl: ref })).Tags).toEqual({ team: "video" });
});

test("the next deployment keeps the messages and takes back what left the template", async () => {
  const { deploy, attributes, kernel } = cloud();
  const { ref } = await deploy(QUEUE, {
    VisibilityTimeout: 180,
    DelaySeconds: 0,
    Tags: [{ Key: "a", Value: "b" }],
  });
  await kernel.call("sqs", "SendMessage", { QueueUrl: ref, MessageBody: "kept" });
  expect((await deploy(QUEUE, { DelaySeconds: 5 })).ref).toBe(ref);
  expect(await attributes(ref)).toMatchObject({
    VisibilityTimeout: "30",
    DelaySeconds: "5",
    ApproximateNumberOfMessages: "1",
  });
  expect(await kernel.call("sqs", "ListQueueTags", { QueueUrl: ref })).toEqual({});
});

test("a FIFO queue without a name gets one that ends as it must", async () => {
  const { deploy, attributes } = cloud();
  const { ref } = await deploy(QUEUE, { FifoQueue: true, ContentBasedDeduplication: true });
  expect(ref).toMatch(/Stack-Orders-1A2B\.fifo$/);
  expect(await attributes(ref)).toMatchObject({ FifoQueue: "true", ContentBasedDeduplication: "true" });
});

test("a removed queue may return at once", async () => {
  const { deploy, provider, kernel } = cloud();
  const { ref } = await deploy(QUEUE, {});
  await provider(QUEUE).remove!(ref, kernel);
  await provider(QUEUE).remove!(ref, kernel);
  expect((await deploy(QUEUE, {})).ref).toBe(ref);
});

test("a queue policy is kept, and a bad value is named with its resource", async () => {
  const { deploy, attributes } = cloud();
  const { ref } = await deploy(QUEUE, {});
  const PolicyDocument = { Version: "2012-10-17", Statement: [] };
  await deploy("AWS::SQS::QueuePolicy", { Queues: [ref], PolicyDocument });
  await deploy(QUEUE, {});
  expect(JSON.parse((await attributes(ref)).Policy)).toEqual(PolicyDocument);
  await expect(deploy(QUEUE, { VisibilityTimeout: 99_999 })).rejects.toThrow(
    "Stack/Orders (AWS::SQS::Queue): Invalid value for the parameter VisibilityTimeout.",
  );
});

test("a queue with a key of the user's deploys with the key alone, and without it again", async () => {
  const { deploy, attributes } = cloud();
  for (let start = 0; start < 2; start++) {
    const { ref } = await deploy(QUEUE, { KmsMasterKeyId: "alias/mine", KmsDataKeyReusePeriodSeconds: 600 });
    expect(await attributes(ref)).toMatchObject({
      KmsMasterKeyId: "alias/mine",
      SqsManagedSseEnabled: "false",
      KmsDataKeyReusePeriodSeconds: "600",
    });
  }
  const { ref } = await deploy(QUEUE, {});
  const without = await attributes(ref);
  expect(without.SqsManagedSseEnabled).toBe("true");
  expect(without.KmsMasterKeyId).toBeUndefined();
  const both = deploy(QUEUE, { KmsMasterKeyId: "alias/mine", SqsManagedSseEnabled: true });
  await expect(both).rejects.toThrow("Stack/Orders (AWS::SQS::Queue)");
});
