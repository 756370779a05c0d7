import type { Flattened } from "../kernel/engine.ts";

const attributes = { item: "Attribute", key: "Name" };
const messageAttributes = { item: "MessageAttribute", key: "Name" };
const tags = { item: "Tag", key: "Key" };

/** The names of the Query protocol, which SDKs before 2023 speak. */
export const QUERY: Flattened = {
  input: {
    Actions: { item: "ActionName" },
    AttributeNames: { item: "AttributeName" },
    Attributes: attributes,
    AWSAccountIds: { item: "AWSAccountId" },
    Entries: { item: "{action}RequestEntry" },
    MessageAttributeNames: { item: "MessageAttributeName" },
    MessageAttributes: messageAttributes,
    MessageSystemAttributeNames: { item: "MessageSystemAttributeName" },
    MessageSystemAttributes: { item: "MessageSystemAttribute", key: "Name" },
    TagKeys: { item: "TagKey" },
    Tags: tags,
  },
  output: {
    Attributes: attributes,
    Failed: { item: "BatchResultErrorEntry" },
    MessageAttributes: messageAttributes,
    Messages: { item: "Message" },
    QueueUrls: { item: "QueueUrl" },
    queueUrls: { item: "QueueUrl" },
    Results: { item: "ListMessageMoveTasksResultEntry" },
    Successful: { item: "{action}ResultEntry" },
    Tags: tags,
  },
  numbers: [
    "DelaySeconds",
    "MaxNumberOfMessages",
    "MaxNumberOfMessagesPerSecond",
    "MaxResults",
    "VisibilityTimeout",
    "WaitTimeSeconds",
  ],
};
