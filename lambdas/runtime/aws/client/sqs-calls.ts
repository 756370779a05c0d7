import type { SQSClient } from "@aws-sdk/client-sqs";
import { type DirectCalls, direct, type Shape } from "./direct-client.ts";
import { lazyClient } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "./sqs-commands.ts";

const shapes: [unknown, Shape][] = [
  [SendMessageBatchCommand, { operation: "SendMessageBatch" }],
  [ChangeMessageVisibilityBatchCommand, { operation: "ChangeMessageVisibilityBatch" }],
  [SendMessageCommand, { operation: "SendMessage" }],
  [GetQueueAttributesCommand, { operation: "GetQueueAttributes" }],
];

export const SQS: DirectCalls = {
  service: "sqs",
  target: "AmazonSQS",
  version: "1.0",
  shapes: new Map(shapes),
};

const open = async () => new (await loadSdk("sqs")).SQSClient({});

/** A function's client for queues. */
export function queueClient(): SQSClient {
  return direct(lazyClient(open), SQS);
}
