import type { SourceQueue } from "../../ports/queue.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { FIRST_SENT } from "../throttle.ts";
import { hidingIn, sendingTo } from "./messages.ts";

const LONGEST_HIDING_SECONDS = 12 * 60 * 60 - 60;
const LONGEST_DELAY_SECONDS = 15 * 60;

const seconds = (milliseconds: number, most: number) =>
  Math.min(most, Math.max(0, Math.ceil(milliseconds / 1000)));

/** A queue of SQS by its URL. */
export function sourceQueue(url: string, client = queueClient()): SourceQueue {
  const [messages, hidden] = [sendingTo(url, client), hidingIn(url, client)];
  return {
    async delay(receiptHandle, milliseconds) {
      await hidden.ask({
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds(milliseconds, LONGEST_HIDING_SECONDS),
      });
    },

    async sendAgain({ body, group, traceHeader, sent }, milliseconds) {
      await messages.ask({
        MessageBody: body,
        MessageGroupId: group,
        MessageAttributes: { [FIRST_SENT]: { DataType: "Number", StringValue: String(sent) } },
        DelaySeconds: seconds(milliseconds, LONGEST_DELAY_SECONDS),
        MessageSystemAttributes: traceHeader
          ? { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } }
          : undefined,
      });
    },
  };
}

/**
 * For messages whose copy would differ, because their origin or their id matters: they wait in their queue.
 */
export function withoutCopies({ delay }: SourceQueue): SourceQueue {
  return { delay };
}
