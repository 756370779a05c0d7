import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { served } from "../cloud/served.ts";

const { client: settings } = await served();
const client = new SQSClient(settings);

afterAll(() => client.destroy());

test("messages and their attributes pass the digest checks of the SDK, a long poll included", async () => {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "orders" }));
  const poll = client.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageAttributeNames: ["All"] }),
  );
  await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: "hello é",
      MessageAttributes: {
        text: { DataType: "String", StringValue: "ü" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255, 1) },
      },
    }),
  );
  const [message] = (await poll).Messages!;
  expect(message!.Body).toBe("hello é");
  expect([...message!.MessageAttributes!.bytes!.BinaryValue!]).toEqual([0, 255, 1]);

  const Entries = ["a", "b"].map((Id) => ({ Id, MessageBody: Id }));
  const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful).toHaveLength(2);
  const received = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  const receipts = received.Messages!.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
  const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: receipts }));
  expect(deleted.Successful).toHaveLength(2);
});

test("an error has the SDK's class and the code that it had in the Query protocol", async () => {
  const failed = await client.send(new GetQueueUrlCommand({ QueueName: "none" })).catch((error) => error);
  expect(failed).toBeInstanceOf(QueueDoesNotExist);
  expect(failed.Code ?? failed.name).toMatch(/NonExistentQueue|QueueDoesNotExist/);
});
