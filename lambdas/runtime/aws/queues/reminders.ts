import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Reminders } from "../../intake/ports.ts";
import type { Now } from "../../ports.ts";

/** SQS delays a message by 15 minutes at most; a reminder that comes too early is sent again. */
const LONGEST_DELAY_SECONDS = 15 * 60;

/** Reminders as delayed messages of an intake's own queue. */
export function delayedReminders(url: string, client = new SQSClient({}), now: Now = Date.now): Reminders {
  return {
    async lookAgain(keyQueue, at) {
      const seconds = Math.max(0, Math.ceil((at - now()) / 1000));
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, seconds),
          MessageBody: JSON.stringify({ keyQueue }),
        }),
      );
    },
  };
}
