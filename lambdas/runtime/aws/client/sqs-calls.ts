import { ChangeMessageVisibilityBatchCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type DirectCalls, direct, type Shape } from "./direct-client.ts";

const shapes: [unknown, Shape][] = [
  [SendMessageBatchCommand, { operation: "SendMessageBatch" }],
  [ChangeMessageVisibilityBatchCommand, { operation: "ChangeMessageVisibilityBatch" }],
];

export const SQS: DirectCalls = {
  service: "sqs",
  target: "AmazonSQS",
  version: "1.0",
  shapes: new Map(shapes),
};

/** A function's client for queues. */
export function queueClient(): SQSClient {
  return direct(new SQSClient({}), SQS);
}
