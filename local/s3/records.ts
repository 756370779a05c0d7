import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { queueUrl } from "../kernel/queue-url.ts";
import type { Destination } from "./destinations.ts";

/** What happened to an object, for a record. */
export interface Occurrence {
  bucket: string;
  /** "ObjectCreated:Put" */
  event: string;
  key: string;
  size?: number;
  etag?: string;
  version?: string;
  time: number;
  requestId: string;
  requester: string;
}

/**
 * The document that queues, topics and functions receive.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function recordOf(
  kernel: Kernel,
  one: Occurrence,
  configurationId: string,
  sequencer: string,
): string {
  const isNewer = /^(?:ObjectTagging|LifecycleExpiration)/.test(one.event);
  const record = {
    eventVersion: isNewer ? "2.3" : "2.1",
    eventSource: "aws:s3",
    awsRegion: kernel.region,
    eventTime: new Date(one.time).toISOString(),
    eventName: one.event,
    userIdentity: { principalId: `AWS:${one.requester}` },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": one.requestId, "x-amz-id-2": one.requestId },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: one.bucket,
        ownerIdentity: { principalId: kernel.account },
        arn: `arn:aws:s3:::${one.bucket}`,
      },
      object: {
        key: encodedKey(one.key),
        size: one.size,
        eTag: one.etag,
        versionId: one.version,
        sequencer,
      },
    },
  };
  return JSON.stringify({ Records: [record] });
}

/** As in a form: blanks are "+", slashes stay. */
const encodedKey = (key: string) =>
  encodeURIComponent(key)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/")
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** S3 acts for the bucket. */
const principalOf = (bucket: string) => ({
  caller: "s3.amazonaws.com",
  sourceArn: `arn:aws:s3:::${bucket}`,
});

/** Sends a document to a queue, a topic or a function, for the bucket. */
export async function sendTo(kernel: Kernel, bucket: string, arn: string, document: string): Promise<void> {
  const principal = principalOf(bucket);
  const [, , service] = arn.split(":");
  if (service === "lambda") {
    const input = { FunctionName: arn, InvocationType: "Event", Payload: Buffer.from(document) };
    await kernel.call("lambda", "Invoke", input, principal);
  } else if (service === "sns") {
    const input = { TopicArn: arn, Message: document, Subject: "Amazon S3 Notification" };
    await kernel.call("sns", "Publish", input, principal);
  } else {
    const input = { QueueUrl: queueUrl(kernel, arn), MessageBody: document };
    await kernel.call("sqs", "SendMessage", input, principal);
  }
}

/**
 * Checks that the bucket may send to its new destinations, as S3 does: queues and topics receive a test
 * event. Throws InvalidArgument.
 */
export async function validateDestinations(
  kernel: Kernel,
  bucket: string,
  destinations: Destination[],
  requestId: string,
): Promise<void> {
  const test = JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(kernel.clock.now()).toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: requestId,
  });
  for (const { arn } of destinations) {
    try {
      if (arn.split(":")[2] === "lambda") {
        const input = { FunctionName: arn, InvocationType: "DryRun" };
        await kernel.call("lambda", "Invoke", input, principalOf(bucket));
      } else await sendTo(kernel, bucket, arn, test);
    } catch (error) {
      throw new ServiceError(
        "InvalidArgument",
        `Unable to validate the following destination configurations: ${arn}: ${(error as Error).message}`,
      );
    }
  }
}
