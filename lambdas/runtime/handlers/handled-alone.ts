import type { SQSRecord } from "aws-lambda";
import type { SentMessage, SourceQueue } from "../ports.ts";
import { DELIVERIES, FIRST_SENT } from "../throttle.ts";

/** Deliveries of a message that may share an invocation with other messages. */
const SHARED = 2;

const receives = ({ attributes }: SQSRecord) => Number(attributes.ApproximateReceiveCount);

/**
 * The messages of a batch that are handled now. One that was delivered more often without an end may be what stops the process,
 * and with it all others of its batch: it is handled alone.
 */
export function handledNow(records: readonly SQSRecord[]): ReadonlySet<SQSRecord> {
  const [first, ...others] = records;
  if (first === undefined) return new Set();
  const most = others.reduce((one, other) => (receives(other) > receives(one) ? other : one), first);
  return new Set(receives(most) > SHARED ? [most] : records);
}

/**
 * Makes room for the one that is handled alone: the message returns at once, or goes back as a new one where its deliveries would
 * run out. Answers whether this delivery is over.
 */
export async function makeRoom(record: SQSRecord, { delay, sendAgain }: SourceQueue): Promise<boolean> {
  if (sendAgain && receives(record) >= DELIVERIES) {
    await sendAgain(copyOf(record), 0);
    return true;
  }
  await delay(record.receiptHandle, 0);
  return false;
}

/** The message as a new one that keeps the time at which it came first. */
export function copyOf(record: SQSRecord): SentMessage {
  const { body, attributes } = record;
  const { MessageGroupId: group, AWSTraceHeader: traceHeader } = attributes;
  return { body, group, traceHeader, sent: firstSent(record) };
}

/** Epoch milliseconds at which the message came into the queue first. */
export function firstSent({ attributes, messageAttributes }: SQSRecord): number {
  return Number(messageAttributes?.[FIRST_SENT]?.stringValue ?? attributes.SentTimestamp);
}
