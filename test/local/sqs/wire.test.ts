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
import { afterAll, beforeAll, expect, test } from "vitest";
import { realClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { sqsService } from "../../../local/sqs/service.ts";
import { type Listener, listen } from "../../../local/wire/server.ts";

let listener: Listener;
let client: SQSClient;

beforeAll(async () => {
  listener = await listen({ port: 0 });
  const kernel = new Kernel({
    clock: realClock(),
    random: seededRandom(1),
    store: Store.open(":memory:"),
    endpoint: listener.url,
  });
  kernel.register(sqsService(kernel));
  listener.answerWith(kernel);
  client = new SQSClient({
    endpoint: listener.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});

afterAll(async () => {
  client.destroy();
  await listener.close();
});

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
