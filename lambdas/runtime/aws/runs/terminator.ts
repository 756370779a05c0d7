import type { Terminator } from "../../wait/ports.ts";
import { queueClient } from "../client/sqs-calls.ts";
import { SendMessageCommand } from "../client/sqs-commands.ts";

/** Requests terminations through the queue of the control function. */
export function controlTerminator(queue: string, client = queueClient()): Terminator {
  return {
    async terminate(command) {
      await client.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(command) }));
    },
  };
}
