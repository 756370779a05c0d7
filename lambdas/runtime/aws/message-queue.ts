import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

/** A queue that takes messages, by its URL. */
export function messageQueue(url: string, client = new SQSClient({})) {
  return {
    async send(message: object): Promise<void> {
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message) }));
    },
  };
}
