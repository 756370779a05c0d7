import { GIVEN_UP } from "../../dead-letters/message.ts";
import type { OriginQueues } from "../../dead-letters/ports.ts";
import type { DeadLetters } from "../../reactions/ports.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { SendMessageCommand } from "../client/sqs-commands.ts";

/** Attributes count towards the size of a message, whose body is an event of up to 1 MB. */
const LONGEST_REASON = 1_000;
/** Characters that SQS does not accept in an attribute. */
const REFUSED = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** A dead-letter queue of SQS, by its URL, for messages of the queue at `origin`. */
export function deadLetterQueue(url: string, origin: string, client = queueClient()): DeadLetters {
  return {
    async put(body, { policy, name, message }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: body,
          MessageAttributes: {
            [GIVEN_UP.class]: text(policy),
            [GIVEN_UP.error]: text(name),
            [GIVEN_UP.reason]: text(message),
            [GIVEN_UP.queue]: text(origin),
          },
        }),
      );
    },
  };
}

function text(value: string) {
  const taken = value.slice(0, LONGEST_REASON).replace(REFUSED, "\uFFFD");
  return { DataType: "String", StringValue: taken || "no reason given" };
}

/** The queue no longer exists, or the function may not send to it since it is not deployed any more. */
const CLOSED = new Set([
  "QueueDoesNotExist",
  "AWS.SimpleQueueService.NonExistentQueue",
  "AccessDenied",
  "AccessDeniedException",
]);

/** Characters that SQS accepts in a message group, by which each run gets its share of a queue. */
const GROUP = /^[!-~]{1,128}$/;

/** Queues of SQS, by their URLs. */
export function originQueues(client = queueClient()): OriginQueues {
  return {
    async send(QueueUrl, MessageBody, run) {
      const MessageGroupId = run !== undefined && GROUP.test(run) ? run : undefined;
      try {
        await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId }));
        return true;
      } catch (error) {
        if (CLOSED.has((error as Error).name)) return false;
        throw error;
      }
    },
  };
}
