import type { SQSRecord } from "aws-lambda";
import { receivesOf } from "./requeue.ts";

/** Number of deliveries after which a message no longer shares an invocation with other messages. */
const SHARED = 2;

/**
 * The messages of a batch that are handled now. One that was delivered more often without an end may be what
 * stops the process, and with it all others of its batch: it is handled alone.
 */
export function handledNow(records: readonly SQSRecord[]): ReadonlySet<SQSRecord> {
  const [first, ...others] = records;
  if (first === undefined) return new Set();
  const most = others.reduce((one, other) => (receivesOf(other) > receivesOf(one) ? other : one), first);
  return new Set(receivesOf(most) > SHARED ? [most] : records);
}
