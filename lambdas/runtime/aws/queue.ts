import { ChangeMessageVisibilityCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SourceQueue } from "../ports.ts";

const LONGEST_DELAY_SECONDS = 12 * 60 * 60 - 60;

/** A queue of SQS by its URL. */
export function sourceQueue(url: string, client = new SQSClient({})): SourceQueue {
  return {
    async delay(receiptHandle, milliseconds) {
      const seconds = Math.min(LONGEST_DELAY_SECONDS, Math.max(0, Math.ceil(milliseconds / 1000)));
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },
  };
}
