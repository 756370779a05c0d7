import type {
  ChangeMessageVisibilityBatchRequestEntry,
  SendMessageBatchRequestEntry,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { DATA_LIMITS } from "../../../../aws-limits/data-limits.ts";
import { Batching, type Outcome } from "../batching.ts";
import { ChangeMessageVisibilityBatchCommand, SendMessageBatchCommand } from "../client/sqs-commands.ts";

/** Limits of SQS for one call: the size is that of all messages together. */
const MOST_ENTRIES = 10;
const LARGEST_CALL = DATA_LIMITS.message.most;

type Sent = Omit<SendMessageBatchRequestEntry, "Id">;
type Hidden = Omit<ChangeMessageVisibilityBatchRequestEntry, "Id">;

interface Result {
  Failed?: {
    Id: string | undefined;
    SenderFault: boolean | undefined;
    Code: string | undefined;
    Message?: string;
  }[];
}

/** Messages to a queue: those of the same moment share a call. */
export function sendingTo(QueueUrl: string, client: SQSClient): Batching<Sent, void> {
  return new Batching<Sent, void>({
    most: MOST_ENTRIES,
    size: { most: LARGEST_CALL, of: sizeOf },
    async send(messages) {
      const Entries = messages.map((message, at) => ({ ...message, Id: String(at) }));
      return outcomes(
        messages,
        (await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))) as Result,
      );
    },
  });
}

/** Longer visibility timeouts of a queue's messages: those of the same moment share a call. */
export function hidingIn(QueueUrl: string, client: SQSClient): Batching<Hidden, void> {
  return new Batching<Hidden, void>({
    most: MOST_ENTRIES,
    nameOf: ({ ReceiptHandle }) => ReceiptHandle!,
    async send(messages) {
      const Entries = messages.map((message, at) => ({ ...message, Id: String(at) }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
      return outcomes(messages, (await client.send(command)) as Result);
    },
  });
}

/** Body and attributes count. */
function sizeOf({ MessageBody = "", MessageAttributes = {} }: Sent): number {
  return Buffer.byteLength(MessageBody) + Buffer.byteLength(JSON.stringify(MessageAttributes));
}

function outcomes(entries: readonly unknown[], { Failed = [] }: Result): Outcome<void>[] {
  const failed = new Map(Failed.map((one) => [one.Id, one]));
  return entries.map((_, at) => {
    const failure = failed.get(String(at));
    if (!failure) return { answer: undefined };
    const { Code = "Unknown", Message = Code, SenderFault } = failure;
    const error = Object.assign(new Error(Message), { name: Code });
    return SenderFault ? { refused: error } : { leftOver: error };
  });
}
