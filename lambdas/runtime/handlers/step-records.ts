import type { SQSRecord } from "aws-lambda";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import { traceHeaderOf } from "../../../lib/contract/trace.ts";

/** The records of messages that were made in this process, with the text of their bodies. */
const made = new WeakMap<SQSRecord, { body: string; message: StepMessage }>();

/** A record of a message that comes with another one, in the same process. */
export function recordOf(message: StepMessage, origin: SQSRecord): SQSRecord {
  const AWSTraceHeader = traceHeaderOf(message.run.traceparent);
  const record = {
    ...origin,
    body: JSON.stringify(message),
    attributes: { ...origin.attributes, ...(AWSTraceHeader && { AWSTraceHeader }) },
  };
  made.set(record, { body: record.body, message });
  return record;
}

/** The message of a step's record. */
export function stepMessageIn(record: SQSRecord): StepMessage {
  const known = made.get(record);
  return known?.body === record.body ? known.message : JSON.parse(record.body);
}
