import type { Kinds } from "../kernel/input.ts";

const attribute = {
  members: {
    DataType: "text",
    StringValue: "text",
    BinaryValue: "text",
    StringListValues: ["text"],
    BinaryListValues: ["text"],
  },
} as const;

const url = { QueueUrl: "text" } as const;
const receipt = { ReceiptHandle: "text" } as const;
const attributes = { Attributes: { each: "text" } } as const;
const page = { MaxResults: "number", NextToken: "text" } as const;
const message = {
  MessageBody: "text",
  DelaySeconds: "number",
  MessageAttributes: { each: attribute },
  MessageSystemAttributes: { each: attribute },
  MessageDeduplicationId: "text",
  MessageGroupId: "text",
} as const;
const visibility = { ...receipt, VisibilityTimeout: "number" } as const;

const entries = (entry: Kinds): Kinds => ({ ...url, Entries: [{ members: { Id: "text", ...entry } }] });

/** What JSON the members of each operation's input are. */
export const KINDS: { readonly [operation: string]: Kinds } = {
  AddPermission: { ...url, Label: "text", AWSAccountIds: ["text"], Actions: ["text"] },
  CancelMessageMoveTask: { TaskHandle: "text" },
  ChangeMessageVisibility: { ...url, ...visibility },
  ChangeMessageVisibilityBatch: entries(visibility),
  CreateQueue: { QueueName: "text", ...attributes, tags: { each: "text" }, Tags: { each: "text" } },
  DeleteMessage: { ...url, ...receipt },
  DeleteMessageBatch: entries(receipt),
  DeleteQueue: url,
  GetQueueAttributes: { ...url, AttributeNames: ["text"] },
  GetQueueUrl: { QueueName: "text", QueueOwnerAWSAccountId: "text" },
  ListMessageMoveTasks: { SourceArn: "text", MaxResults: "number" },
  ListQueues: { QueueNamePrefix: "text", ...page },
  ListQueueTags: url,
  PurgeQueue: url,
  ReceiveMessage: {
    ...url,
    AttributeNames: ["text"],
    MaxNumberOfMessages: "number",
    MessageAttributeNames: ["text"],
    MessageSystemAttributeNames: ["text"],
    ReceiveRequestAttemptId: "text",
    VisibilityTimeout: "number",
    WaitTimeSeconds: "number",
  },
  RemovePermission: { ...url, Label: "text" },
  SendMessage: { ...url, ...message },
  SendMessageBatch: entries(message),
  SetQueueAttributes: { ...url, ...attributes },
  StartMessageMoveTask: { SourceArn: "text", DestinationArn: "text", MaxNumberOfMessagesPerSecond: "number" },
  TagQueue: { ...url, Tags: { each: "text" } },
  UntagQueue: { ...url, TagKeys: ["text"] },
};
