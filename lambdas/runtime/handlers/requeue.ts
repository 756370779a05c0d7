import type { SQSRecord } from "aws-lambda";
import { DELIVERIES, FIRST_SENT } from "../aws/throttle.ts";
import type { SentMessage, SourceQueue } from "../ports/queue.ts";

/** Deliveries of a message so far, this one included. */
export const receivesOf = ({ attributes }: SQSRecord) => Number(attributes.ApproximateReceiveCount);

/**
 * Delivers a message that has not failed again after a pause, in milliseconds. It is sent as a new message if
 * waiting would use up its receives. Answers whether this delivery is over.
 */
export async function requeue(
  record: SQSRecord,
  pause: number,
  { delay, sendAgain }: SourceQueue,
): Promise<boolean> {
  if (sendAgain && receivesOf(record) >= DELIVERIES) {
    await sendAgain(copyOf(record), pause);
    return true;
  }
  await delay(record.receiptHandle, pause);
  return false;
}

/** The message as a new one that keeps the time at which it was first sent. */
function copyOf(record: SQSRecord): SentMessage {
  const { body, attributes } = record;
  const { MessageGroupId: group, AWSTraceHeader: traceHeader } = attributes;
  return { body, group, traceHeader, sent: firstSent(record) };
}

/** Epoch milliseconds at which the message first entered the queue. */
export function firstSent({ attributes, messageAttributes }: SQSRecord): number {
  return Number(messageAttributes?.[FIRST_SENT]?.stringValue ?? attributes.SentTimestamp);
}
