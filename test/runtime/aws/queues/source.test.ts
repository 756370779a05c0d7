import type { SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { isFrom, queueOfMessages } from "../../../../lambdas/runtime/aws/queues/source.ts";

const [WORK, EVENTS] = [
  "https://sqs.eu-west-1.amazonaws.com/1/Work",
  "https://sqs.eu-west-1.amazonaws.com/1/Events",
];
const from = (name: string) => ({ eventSourceARN: `arn:aws:sqs:eu-west-1:1:${name}` });

/** A client that keeps the queues and the operations of its calls. */
function sqs() {
  const calls: string[][] = [];
  const send = async (command: any) => {
    const { QueueUrl, Entries } = command.input;
    calls.push([command.constructor.name, QueueUrl, Entries[0].ReceiptHandle]);
    return { Successful: [{ Id: "0" }] };
  };
  return { calls, client: { send } as unknown as SQSClient };
}

test("a record's queue is the one with the whole name", () => {
  expect([from("Events"), from("Work"), from("OtherEvents"), from("Events2")].map(isFrom(EVENTS))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test("a message in the place of its event is hidden in the event's queue, and no copy of it is sent there", async () => {
  const { calls, client } = sqs();
  const queue = queueOfMessages(WORK, EVENTS, client)(from("Events"));
  await queue.delay("handle", 1000);
  expect(calls).toEqual([["ChangeMessageVisibilityBatchCommand", EVENTS, "handle"]]);
  expect(queue.sendAgain).toBeUndefined();
});

test.each([
  ["of its own queue", EVENTS, "Work"],
  ["of a function that reads no other queue", undefined, "Events"],
])("a message %s is hidden there, and its copies are sent there", async (_, events, name) => {
  const { calls, client } = sqs();
  const queue = queueOfMessages(WORK, events, client)(from(name));
  await queue.delay("handle", 1000);
  await queue.sendAgain!({ body: "{}", sent: 7 }, 0);
  expect(calls).toEqual([
    ["ChangeMessageVisibilityBatchCommand", WORK, "handle"],
    ["SendMessageBatchCommand", WORK, undefined],
  ]);
});
