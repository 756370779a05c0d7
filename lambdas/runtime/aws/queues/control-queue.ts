import type { ControlPorts } from "../../control/ports.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { sendingTo } from "./messages.ts";

/** SQS delays a message by 15 minutes at most. */
const LONGEST_DELAY_SECONDS = 15 * 60;

/** Messages of the control function to itself, through its queue. */
export function controlReminders(url: string, client = queueClient()): ControlPorts["remind"] {
  const messages = sendingTo(url, client);
  return async (message, delay) => {
    await messages.ask({
      DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, Math.ceil(delay / 1000)),
      MessageBody: JSON.stringify(message),
    });
  };
}
