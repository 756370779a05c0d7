import { hasCode } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { namedInErrors, type ResolvedResource, type ResourceProvider } from "../kernel/resource.ts";
import { text, texts } from "./texts.ts";

const ENCRYPTION = "encryption at rest changes nothing locally";
const SUBSCRIPTION = {
  DeliveryPolicy: true,
  Endpoint: true,
  FilterPolicy: true,
  FilterPolicyScope: true,
  Protocol: true,
  RawMessageDelivery: true,
  RedrivePolicy: true,
} as const;

/** AWS::SNS::Topic. Ref is its ARN. */
const topic: ResourceProvider = {
  type: "AWS::SNS::Topic",
  serves: {
    TopicName: true,
    DisplayName: true,
    FifoTopic: true,
    ContentBasedDeduplication: true,
    FifoThroughputScope: "the local cloud orders by message group",
    KmsMasterKeyId: ENCRYPTION,
    SignatureVersion: "signatures cannot be verified locally",
    TracingConfig: "trace headers are always passed on",
    DeliveryStatusLogging: "the local cloud keeps no log of deliveries",
    DataProtectionPolicy: "the local cloud does not look for personal data",
    Subscription: { Endpoint: true, Protocol: true },
    Tags: true,
  },
  async deploy(resource, kernel) {
    const { TopicName, Subscription = [], Tags = [], ...rest } = resource.properties;
    const { DataProtectionPolicy: _data, DeliveryStatusLogging: _logs, ...attributes } = rest;
    const fifo = String(attributes.FifoTopic) === "true";
    const Name = TopicName ?? `${resource.generatedName}${fifo ? ".fifo" : ""}`;
    const TopicArn = kernel.arn("sns", Name);
    await namedInErrors(resource, async () => {
      const before = await found(kernel, "GetTopicAttributes", { TopicArn });
      const wanted = texts(attributes);
      if (fifo) wanted.FifoTopic = "true";
      else delete wanted.FifoTopic;
      if (!before) await kernel.call("sns", "CreateTopic", { Name, Attributes: wanted });
      else {
        for (const AttributeName of ["DisplayName", "ContentBasedDeduplication"]) {
          const AttributeValue = wanted[AttributeName] ?? "";
          if (AttributeName === "DisplayName" || fifo)
            await kernel.call("sns", "SetTopicAttributes", { TopicArn, AttributeName, AttributeValue });
        }
      }
      await replaceTags(kernel, TopicArn, Tags);
      for (const one of Subscription) await kernel.call("sns", "Subscribe", { TopicArn, ...one });
    });
    return { ref: TopicArn, attributes: { TopicArn, TopicName: Name } };
  },
  async remove(TopicArn, kernel) {
    await kernel.call("sns", "DeleteTopic", { TopicArn });
  },
};

/** AWS::SNS::Subscription. Ref is its ARN. */
const subscription: ResourceProvider = {
  type: "AWS::SNS::Subscription",
  serves: { TopicArn: true, ...SUBSCRIPTION, Region: "the local cloud has one region" },
  async deploy(resource, kernel) {
    const { TopicArn, Protocol, Endpoint, Region: _region, ...attributes } = resource.properties;
    const Attributes = texts(attributes);
    const ref = await namedInErrors(resource, async () => {
      const target = { TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true };
      const { SubscriptionArn } = await kernel.call("sns", "Subscribe", target);
      const before = await kernel.call("sns", "GetSubscriptionAttributes", { SubscriptionArn });
      const names = Object.keys(SUBSCRIPTION).filter((name) => name !== "Endpoint" && name !== "Protocol");
      const set = (AttributeName: string, AttributeValue: string) =>
        kernel.call("sns", "SetSubscriptionAttributes", { SubscriptionArn, AttributeName, AttributeValue });
      // A filter is read by its scope, so the old one goes first.
      for (const name of names)
        if (before.Attributes[name] !== undefined && before.Attributes[name] !== Attributes[name])
          await set(name, "");
      for (const name of ["FilterPolicyScope", ...names])
        if (Attributes[name] !== undefined) await set(name, Attributes[name]);
      return SubscriptionArn as string;
    });
    return { ref, attributes: { Arn: ref } };
  },
  async remove(SubscriptionArn, kernel) {
    await kernel.call("sns", "Unsubscribe", { SubscriptionArn });
  },
};

/** AWS::SNS::TopicPolicy: the policy of several topics. */
const policy: ResourceProvider = {
  type: "AWS::SNS::TopicPolicy",
  serves: { PolicyDocument: true, Topics: true },
  async deploy(resource, kernel) {
    const { PolicyDocument, Topics } = resource.properties;
    await setPolicy(resource, kernel, Topics, PolicyDocument);
    return {
      ref: resource.generatedName,
      attributes: { Id: resource.generatedName },
      identity: Topics.join(" "),
    };
  },
  remove: (topics, kernel) => dropPolicy(kernel, topics.split(" ")),
};

/** AWS::SNS::TopicInlinePolicy: the policy of one topic. */
const inlinePolicy: ResourceProvider = {
  type: "AWS::SNS::TopicInlinePolicy",
  serves: { PolicyDocument: true, TopicArn: true },
  async deploy(resource, kernel) {
    const { PolicyDocument, TopicArn } = resource.properties;
    await setPolicy(resource, kernel, [TopicArn], PolicyDocument);
    return { ref: TopicArn, attributes: {} };
  },
  remove: (topicArn, kernel) => dropPolicy(kernel, [topicArn]),
};

export const snsResources: ResourceProvider[] = [topic, subscription, policy, inlinePolicy];

async function setPolicy(resource: ResolvedResource, kernel: Kernel, topics: string[], document: unknown) {
  await namedInErrors(resource, async () => {
    for (const TopicArn of topics) {
      const set = { TopicArn, AttributeName: "Policy", AttributeValue: text(document) };
      await kernel.call("sns", "SetTopicAttributes", set);
    }
  });
}

async function dropPolicy(kernel: Kernel, topics: string[]): Promise<void> {
  for (const TopicArn of topics) {
    if (!(await found(kernel, "GetTopicAttributes", { TopicArn }))) continue;
    await kernel.call("sns", "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue: "" });
  }
}

async function replaceTags(kernel: Kernel, ResourceArn: string, wanted: { Key: string; Value: unknown }[]) {
  const { Tags } = await kernel.call("sns", "ListTagsForResource", { ResourceArn });
  const TagKeys = Tags.map(({ Key }: { Key: string }) => Key);
  await kernel.call("sns", "UntagResource", { ResourceArn, TagKeys });
  await kernel.call("sns", "TagResource", { ResourceArn, Tags: wanted });
}

/** The answer, undefined if the resource does not exist. */
async function found(kernel: Kernel, operation: string, input: object): Promise<any> {
  try {
    return await kernel.call("sns", operation, input);
  } catch (error) {
    if (hasCode(error, "NotFound")) return undefined;
    throw error;
  }
}
