import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { cloud, DAY, START } from "./cloud.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:films";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:films";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:films";

/** The bucket "films", with stand-ins for what can be notified. */
async function notified(configuration: object) {
  const local = await cloud();
  const calls: { operation: string; input: any; caller: string; sourceArn: string | undefined }[] = [];
  const behaviour = { refuses: false };
  for (const [name, operation] of [
    ["sqs", "SendMessage"],
    ["sns", "Publish"],
    ["lambda", "Invoke"],
  ] as const) {
    local.kernel.register({
      name,
      operations: {
        [operation]: (input, { caller, sourceArn }) => {
          if (behaviour.refuses) throw new ServiceError("AccessDenied", "No.");
          calls.push({ operation, input, caller, sourceArn });
          return {};
        },
      },
    });
  }
  const configure = (NotificationConfiguration: object, more: object = {}) =>
    local.s3("PutBucketNotificationConfiguration", { NotificationConfiguration, ...more });
  await configure(configuration, { SkipDestinationValidation: true });
  /** The event names and keys of records, in order. */
  const records = async (): Promise<any[]> => {
    await local.kernel.work.idle();
    return calls
      .splice(0)
      .flatMap(
        ({ input }) => JSON.parse(input.MessageBody ?? input.Message ?? input.Payload.toString()).Records,
      );
  };
  const happened = async () => (await records()).map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`);
  return { ...local, calls, behaviour, configure, records, happened };
}

const all = { Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] };

test("a queue receives the record that AWS documents, from S3, for the bucket", async () => {
  const { put, calls, kernel } = await notified({
    QueueConfigurations: [{ Id: "all", QueueArn: QUEUE, ...all }],
  });
  const { ETag } = await put("a b/ü+(1).mp4", "frames");
  await kernel.work.idle();
  expect(calls).toMatchObject([
    { operation: "SendMessage", caller: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::films" },
  ]);
  expect(calls[0]!.input.QueueUrl).toBe("http://127.0.0.1:4566/000000000000/films");
  expect(JSON.parse(calls[0]!.input.MessageBody).Records).toEqual([
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: "us-east-1",
      eventTime: new Date(START).toISOString(),
      eventName: "ObjectCreated:Put",
      userIdentity: { principalId: expect.any(String) },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: { "x-amz-request-id": expect.any(String), "x-amz-id-2": expect.any(String) },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: "all",
        bucket: {
          name: "films",
          ownerIdentity: { principalId: expect.any(String) },
          arn: "arn:aws:s3:::films",
        },
        object: {
          key: "a+b/%C3%BC%2B%281%29.mp4",
          size: 6,
          eTag: ETag.replaceAll('"', ""),
          sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
        },
      },
    },
  ]);
});

test("topics and functions are notified too, each by its filter", async () => {
  const filter = (...FilterRules: object[]) => ({ Filter: { Key: { FilterRules } } });
  const prefix = (Value: string) => ({ Name: "Prefix", Value });
  const suffix = { Name: "suffix", Value: ".mp4" };
  const { put, calls, kernel } = await notified({
    TopicConfigurations: [{ TopicArn: TOPIC, ...all, ...filter(prefix("raw/")) }],
    LambdaFunctionConfigurations: [
      { LambdaFunctionArn: FUNCTION, ...all, ...filter(prefix("cut/"), suffix) },
    ],
  });
  await put("raw/a.txt");
  await put("cut/b.mp4");
  await put("cut/c.txt");
  await kernel.work.idle();
  expect(calls.map(({ operation }) => operation)).toEqual(["Publish", "Invoke"]);
  expect(calls[0]!.input).toMatchObject({ TopicArn: TOPIC, Subject: "Amazon S3 Notification" });
  expect(calls[1]!.input).toMatchObject({ FunctionName: FUNCTION, InvocationType: "Event" });
});

test("each kind of change has its event", async () => {
  const Events = ["ObjectCreated", "ObjectRemoved", "ObjectTagging", "LifecycleExpiration"].map(
    (kind) => `s3:${kind}:*`,
  );
  const { s3, put, happened, enableVersioning, clock } = await notified({
    QueueConfigurations: [{ QueueArn: QUEUE, Events }],
  });
  await put("a");
  await s3("CopyObject", { Key: "b", CopySource: "films/a" });
  await s3("PutObjectTagging", { Key: "a", Tagging: { TagSet: [{ Key: "k", Value: "v" }] } });
  await s3("DeleteObjectTagging", { Key: "a" });
  const { UploadId } = await s3("CreateMultipartUpload", { Key: "c" });
  const { ETag } = await s3("UploadPart", { Key: "c", UploadId, PartNumber: 1, Body: "x" });
  const Parts = [{ PartNumber: 1, ETag }];
  await s3("CompleteMultipartUpload", { Key: "c", UploadId, MultipartUpload: { Parts } });
  await s3("DeleteObject", { Key: "b" });
  await enableVersioning();
  await s3("DeleteObject", { Key: "c" });
  expect(await happened()).toEqual([
    "ObjectCreated:Put a",
    "ObjectCreated:Copy b",
    "ObjectTagging:Put a",
    "ObjectTagging:Delete a",
    "ObjectCreated:CompleteMultipartUpload c",
    "ObjectRemoved:Delete b",
    "ObjectRemoved:DeleteMarkerCreated c",
  ]);
  const Rules = [{ Status: "Enabled", Filter: { Prefix: "a" }, Expiration: { Days: 1 } }];
  await s3("PutBucketLifecycleConfiguration", { LifecycleConfiguration: { Rules } });
  clock.advanceTo(START + 3 * DAY);
  await s3("ListObjectsV2");
  expect(await happened()).toEqual(["LifecycleExpiration:DeleteMarkerCreated a"]);
});

test("a destination that refuses is reported, and does not hold up others", async () => {
  const { put, behaviour, reports, kernel, s3, events } = await notified({
    QueueConfigurations: [{ QueueArn: QUEUE, ...all }],
    EventBridgeConfiguration: {},
  });
  behaviour.refuses = true;
  await put("a");
  await kernel.work.idle();
  expect(reports).toEqual([expect.stringContaining(`could not be sent to ${QUEUE}: No.`)]);
  expect(events).toHaveLength(1);
  expect(await s3("GetBucketNotificationConfiguration")).toMatchObject({
    QueueConfigurations: [{ QueueArn: QUEUE, ...all }],
    EventBridgeConfiguration: {},
  });
});

test("new destinations receive a test event, and must admit the bucket", async () => {
  const { configure, calls, behaviour } = await notified({});
  await configure({
    QueueConfigurations: [{ QueueArn: QUEUE, Events: ["s3:ObjectCreated:Put"] }],
    LambdaFunctionConfigurations: [{ LambdaFunctionArn: FUNCTION, Events: ["s3:ObjectRemoved:*"] }],
  });
  const [call, message] = calls;
  expect(call!.input).toMatchObject({ FunctionName: FUNCTION, InvocationType: "DryRun" });
  expect(JSON.parse(message!.input.MessageBody)).toMatchObject({ Event: "s3:TestEvent", Bucket: "films" });
  behaviour.refuses = true;
  await expect(configure({ TopicConfigurations: [{ TopicArn: TOPIC, ...all }] })).rejects.toThrow(
    "Unable to validate the following destination configurations",
  );
});

test.each<[string, object, string]>([
  [
    "an unknown event",
    { QueueConfigurations: [{ QueueArn: QUEUE, Events: ["s3:Object:*"] }] },
    "not supported",
  ],
  [
    "a topic among queues",
    { QueueConfigurations: [{ QueueArn: TOPIC, ...all }] },
    "The ARN could not be parsed",
  ],
  [
    "two destinations of one event and key",
    {
      QueueConfigurations: [{ QueueArn: QUEUE, ...all }],
      TopicConfigurations: [{ TopicArn: TOPIC, Events: ["s3:ObjectCreated:Put"] }],
    },
    "Configurations overlap",
  ],
  [
    "two prefixes",
    {
      QueueConfigurations: [
        {
          QueueArn: QUEUE,
          ...all,
          Filter: {
            Key: {
              FilterRules: [
                { Name: "prefix", Value: "a" },
                { Name: "Prefix", Value: "b" },
              ],
            },
          },
        },
      ],
    },
    "more than one prefix rule",
  ],
])("%s is refused", async (_, configuration, reason) => {
  const { configure } = await notified({});
  await expect(configure(configuration)).rejects.toThrow(reason);
});
