import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Terminator } from "../../wait/ports.ts";

/** Requests terminations through the queue of the control function. */
export function controlTerminator(queue: string, client = new SQSClient({})): Terminator {
  return {
    async terminate(command) {
      await client.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(command) }));
    },
  };
}
