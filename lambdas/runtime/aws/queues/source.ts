import type { SQSRecord } from "aws-lambda";
import type { SourceQueue } from "../../ports/queue.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { sourceQueue, withoutCopies } from "./queue.ts";

type Source = Pick<SQSRecord, "eventSourceARN">;

/** Whether a record came from a queue, which is named by its URL. Both end with the queue's name. */
export function isFrom(url: string): (record: Source) => boolean {
  const name = url.slice(url.lastIndexOf("/") + 1);
  return ({ eventSourceARN }) => eventSourceARN.endsWith(`:${name}`);
}

/**
 * Finds the queue that delivered the message of a step: `work`, or `events` if the function reads that, too. The
 * message of a run that was just accepted is in the place of its event, of which there is no copy to send.
 */
export function queueOfMessages(
  work: string,
  events: string | undefined,
  client = queueClient(),
): (record: Source) => SourceQueue {
  const own = sourceQueue(work, client);
  if (events === undefined) return () => own;
  const [isEvent, withEvents] = [isFrom(events), withoutCopies(sourceQueue(events, client))];
  return (record) => (isEvent(record) ? withEvents : own);
}
