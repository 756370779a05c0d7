import type { SQSRecord } from "aws-lambda";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import { traceHeaderOf } from "../../../lib/contract/trace.ts";
import type { Begun } from "../work/group/begun.ts";

/** What a record that was made in this process brings, and the text of its body. */
interface Made {
  body: string;
  message: StepMessage;
  begun: Begun | undefined;
  isRead: boolean;
}

const made = new WeakMap<SQSRecord, Made>();

/** A record of a message that comes with another one, in the same process, and of a run that has begun. */
export function recordOf(message: StepMessage, origin: SQSRecord, begun?: Begun): SQSRecord {
  const AWSTraceHeader = traceHeaderOf(message.run.traceparent);
  const record = {
    ...origin,
    body: JSON.stringify(message),
    attributes: { ...origin.attributes, ...(AWSTraceHeader && { AWSTraceHeader }) },
  };
  made.set(record, { body: record.body, message, begun, isRead: false });
  return record;
}

/** The message of a step's record, and what of its run has begun. */
export function stepMessageIn(record: SQSRecord): { message: StepMessage; begun?: Begun | undefined } {
  const known = made.get(record);
  if (known) known.isRead = true;
  return known?.body === record.body ? known : { message: JSON.parse(record.body) };
}

/** Whether the handler of its step has read the message of a record that was made in this process. */
export function isRead(record: SQSRecord): boolean {
  return made.get(record)!.isRead;
}
