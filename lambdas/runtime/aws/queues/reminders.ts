import type { Reminders } from "../../intake/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { sendingTo } from "./messages.ts";

/** SQS delays a message by 15 minutes at most; a reminder that arrives too early is sent again. */
const LONGEST_DELAY_SECONDS = 15 * 60;

/** Reminders as delayed messages of an intake's own queue. */
export function delayedReminders(url: string, client = queueClient(), now: Now = Date.now): Reminders {
  const remind = delayedMessages(url, client, now);
  return {
    lookAgain: (keyQueue, at) => remind({ keyQueue }, at),
    lookAtLane: (lane, at) => remind({ lane }, at),
  };
}

/** Sends a message to a queue for `at` (epoch milliseconds), with that time in it. */
export function delayedMessages(url: string, client = queueClient(), now: Now = Date.now) {
  const messages = sendingTo(url, client);
  return async (what: Record<string, unknown>, at: number): Promise<void> => {
    const seconds = Math.max(0, Math.ceil((at - now()) / 1000));
    await messages.ask({
      DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, seconds),
      MessageBody: JSON.stringify({ ...what, at }),
    });
  };
}
