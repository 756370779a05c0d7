import { asText } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { namedInErrors, type ResourceProvider } from "../kernel/resource.ts";
import { defaultAttributes } from "./attributes.ts";
import { allowNameAgain } from "./queues.ts";

const ENCRYPTION = "encryption at rest changes nothing locally";

/** What a template that no longer has it takes away. */
const ABSENT = { RedrivePolicy: "", RedriveAllowPolicy: "", KmsMasterKeyId: "" };

/** A key of the user's takes the place of SQS's own, unless the template asks for both. */
const ownKey = ({ KmsMasterKeyId }: Record<string, string>): Record<string, string> =>
  KmsMasterKeyId ? { SqsManagedSseEnabled: "false" } : {};

/** AWS::SQS::Queue. Ref is the queue's URL. */
const queue: ResourceProvider = {
  type: "AWS::SQS::Queue",
  serves: {
    QueueName: true,
    FifoQueue: true,
    ContentBasedDeduplication: true,
    DeduplicationScope: true,
    FifoThroughputLimit: true,
    DelaySeconds: true,
    MaximumMessageSize: true,
    MessageRetentionPeriod: true,
    ReceiveMessageWaitTimeSeconds: true,
    VisibilityTimeout: true,
    RedrivePolicy: true,
    RedriveAllowPolicy: true,
    KmsMasterKeyId: ENCRYPTION,
    KmsDataKeyReusePeriodSeconds: ENCRYPTION,
    SqsManagedSseEnabled: ENCRYPTION,
    Tags: true,
  },

  async deploy(resource, kernel) {
    const { QueueName, FifoQueue, Tags = [], ...properties } = resource.properties;
    const fifo = String(FifoQueue) === "true";
    const name = QueueName ?? (fifo ? `${resource.generatedName}.fifo` : resource.generatedName);
    const given = Object.fromEntries(
      Object.entries(properties).map(([property, value]) => [
        property,
        typeof value === "object" ? JSON.stringify(value) : String(value),
      ]),
    );
    const wanted = { ...defaultAttributes(fifo), ...ABSENT, ...ownKey(given), ...given };
    const url = await namedInErrors(resource, async () => {
      const existing = await find(kernel, name);
      if (!existing) return create(kernel, name, wanted);
      await kernel.call("sqs", "SetQueueAttributes", { QueueUrl: existing, Attributes: wanted });
      return existing;
    });
    await setTags(kernel, url, Object.fromEntries(Tags.map((tag: any) => [tag.Key, String(tag.Value)])));
    return { ref: url, attributes: { Arn: kernel.arn("sqs", name), QueueName: name, QueueUrl: url } };
  },

  async remove(url, kernel) {
    const name = url.slice(url.lastIndexOf("/") + 1);
    if (!(await find(kernel, name))) return;
    await kernel.call("sqs", "DeleteQueue", { QueueUrl: url });
    // A template may bring the queue back at the next start, which can be seconds away.
    allowNameAgain(kernel.store, name);
  },
};

/** AWS::SQS::QueuePolicy: kept as the queues' Policy attribute. */
const policy: ResourceProvider = {
  type: "AWS::SQS::QueuePolicy",
  serves: { PolicyDocument: true, Queues: true },

  async deploy(resource, kernel) {
    const { PolicyDocument, Queues } = resource.properties;
    const Policy = asText(PolicyDocument);
    await namedInErrors(resource, async () => {
      for (const QueueUrl of Queues) {
        await kernel.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
      }
    });
    return { ref: resource.generatedName, attributes: { Id: resource.generatedName } };
  },
};

export const sqsResources: ResourceProvider[] = [queue, policy];

async function create(kernel: Kernel, name: string, attributes: Record<string, string>) {
  const Attributes = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ""));
  return (await kernel.call("sqs", "CreateQueue", { QueueName: name, Attributes })).QueueUrl as string;
}

async function find(kernel: Kernel, name: string): Promise<string | undefined> {
  const { QueueUrls = [] } = await kernel.call("sqs", "ListQueues", { QueueNamePrefix: name });
  return QueueUrls.find((url: string) => url.endsWith(`/${name}`));
}

async function setTags(kernel: Kernel, url: string, tags: Record<string, string>): Promise<void> {
  const { Tags = {} } = await kernel.call("sqs", "ListQueueTags", { QueueUrl: url });
  const gone = Object.keys(Tags).filter((key) => !(key in tags));
  await kernel.call("sqs", "UntagQueue", { QueueUrl: url, TagKeys: gone });
  await kernel.call("sqs", "TagQueue", { QueueUrl: url, Tags: tags });
}
