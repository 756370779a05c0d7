import type { Kind, Kinds } from "../kernel/input.ts";

const topic = { TopicArn: "text" } as const;
const subscription = { SubscriptionArn: "text" } as const;
const page = { NextToken: "text" } as const;
const texts = ["text"] as const;
/** Of any type each: state machines and templates pass numbers and structures. */
const attributes = { members: {} } as const;
const message: Kinds = {
  Message: "text",
  Subject: "text",
  MessageStructure: "text",
  MessageGroupId: "text",
  MessageDeduplicationId: "text",
  MessageAttributes: { each: { members: { DataType: "text" } } },
};
const tags: Kind = [{ members: { Key: "text" } }];

/** The types of each operation's input members. */
export const KINDS: { readonly [operation: string]: Kinds } = {
  CreateTopic: { Name: "text", Attributes: attributes, Tags: tags },
  DeleteTopic: topic,
  ListTopics: page,
  GetTopicAttributes: topic,
  SetTopicAttributes: { ...topic, AttributeName: "text", AttributeValue: "text" },
  AddPermission: { ...topic, Label: "text", AWSAccountId: texts, ActionName: texts },
  RemovePermission: { ...topic, Label: "text" },
  TagResource: { ResourceArn: "text", Tags: tags },
  UntagResource: { ResourceArn: "text", TagKeys: texts },
  ListTagsForResource: { ResourceArn: "text" },
  Subscribe: { ...topic, Protocol: "text", Endpoint: "text", Attributes: attributes },
  ConfirmSubscription: { ...topic, Token: "text" },
  Unsubscribe: subscription,
  ListSubscriptions: page,
  ListSubscriptionsByTopic: { ...topic, ...page },
  GetSubscriptionAttributes: subscription,
  SetSubscriptionAttributes: { ...subscription, AttributeName: "text" },
  Publish: { ...topic, ...message, TargetArn: "text", PhoneNumber: "text" },
  PublishBatch: { ...topic, PublishBatchRequestEntries: [{ members: { ...message, Id: "text" } }] },
};
