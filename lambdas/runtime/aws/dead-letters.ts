import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetters } from "../react/ports.ts";

/** Attributes count as a part of the message, which is an event of up to 1 MB. */
const LONGEST_REASON = 1_000;
/** What SQS does not take in an attribute. */
const REFUSED = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** A dead-letter queue of SQS, by its URL. */
export function deadLetterQueue(url: string, client = new SQSClient({})): DeadLetters {
  return {
    async put(body, { reaction, name, message }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: body,
          MessageAttributes: { class: text(reaction), error: text(name), reason: text(message) },
        }),
      );
    },
  };
}

function text(value: string) {
  const taken = value.slice(0, LONGEST_REASON).replace(REFUSED, "\uFFFD");
  return { DataType: "String", StringValue: taken || "not said" };
}
