import type { SQSRecord } from "aws-lambda";

/** Whether a record came from a queue, which is named by its URL. Both end with the queue's name. */
export function isFrom(url: string): (record: Pick<SQSRecord, "eventSourceARN">) => boolean {
  const name = url.slice(url.lastIndexOf("/") + 1);
  return ({ eventSourceARN }) => eventSourceARN.endsWith(`:${name}`);
}
