import type { ControlMessage } from "../../../../lib/contract/messages/command.ts";
import type { StepQueues, Wakeups } from "../../defer/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { GetQueueAttributesCommand } from "../client/sqs-commands.ts";
import { sendingTo } from "./messages.ts";

/** SQS delays a message by 15 minutes at most; a reminder that arrives too early is sent again. */
const LONGEST_DELAY_SECONDS = 15 * 60;

/** Queues of steps, shared fairly by runs, and of reactions. */
export function stepQueues(client = queueClient()): StepQueues {
  const queues = new Map<string, ReturnType<typeof sendingTo>>();
  return {
    async send(queueUrl, message) {
      const messages = queues.get(queueUrl) ?? sendingTo(queueUrl, client);
      queues.set(queueUrl, messages);
      await messages.ask({
        MessageGroupId: "run" in message ? message.run.id : undefined,
        MessageBody: JSON.stringify(message),
      });
    },

    async count(queueUrl) {
      const query = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] });
      const { Attributes = {} } = await client.send(query);
      return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
  };
}

const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

/** Reminders as delayed messages of the control function's queue. */
export function delayedWakeups(
  controlQueueUrl: string,
  client = queueClient(),
  now: Now = Date.now,
): Wakeups {
  const messages = sendingTo(controlQueueUrl, client);
  return {
    async at(time, { pk, sk }) {
      const seconds = Math.max(0, Math.ceil((time - now()) / 1000));
      const message: ControlMessage = { action: "wake", key: { pk, sk } };
      await messages.ask({
        DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, seconds),
        MessageBody: JSON.stringify(message),
      });
    },
  };
}
