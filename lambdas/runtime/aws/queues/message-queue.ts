import { queueClient } from "../client/sqs-calls.ts";
import { sendingTo } from "./messages.ts";

/** SQS delays a message by 15 minutes at most. */
const LONGEST_DELAY_SECONDS = 15 * 60;

/** A queue to send messages to, by its URL. */
export function messageQueue(url: string, client = queueClient()) {
  const messages = sendingTo(url, client);
  return {
    /**
     * Sends a message with a delay of `delay` milliseconds, at most 15 minutes. @default the queue's own
     * delay
     */
    async send(message: object, delay?: number): Promise<void> {
      await messages.ask({
        MessageBody: JSON.stringify(message),
        DelaySeconds:
          delay === undefined
            ? undefined
            : Math.min(LONGEST_DELAY_SECONDS, Math.max(0, Math.ceil(delay / 1000))),
      });
    },
  };
}
