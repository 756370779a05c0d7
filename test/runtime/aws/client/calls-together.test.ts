import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { eventBridge } from "../../../../lambdas/runtime/aws/bus.ts";
import { sourceQueue } from "../../../../lambdas/runtime/aws/queues/queue.ts";
import { stepQueues } from "../../../../lambdas/runtime/aws/queues/step-queues.ts";
import { publishAll } from "../../../../lambdas/runtime/publish/publish-all.ts";
import type { DeferredItem } from "../../../../lib/contract/table.ts";

/** A client that keeps its calls; `refuse` says which entries a call refuses, and how. */
function client<Client>(refuse: (entry: any, call: number) => object | undefined = () => undefined) {
  const calls: any[][] = [];
  const send = async ({ input: { Entries } }: any) => {
    calls.push(Entries);
    const failed = Entries.map((entry: any) => refuse(entry, calls.length));
    return {
      Entries: failed.map((failure: any) => failure ?? { EventId: "1" }),
      Failed: failed.flatMap((failure: any, at: number) => (failure ? [{ Id: String(at), ...failure }] : [])),
    };
  };
  return { calls, client: { send } as unknown as Client };
}

const entry = (id: string, more = "") => ({
  Source: "s",
  DetailType: "t",
  Time: new Date(0),
  Detail: JSON.stringify({ id, more }),
});
const message = (path: string) => ({ path, run: { id: "r" } }) as unknown as DeferredItem["message"];

test("events of the same moment share calls of ten, in order, by any publisher", async () => {
  const { calls, client: events } = client<EventBridgeClient>();
  const bus = eventBridge("bus", events);
  const ids = Array.from({ length: 23 }, (_, at) => String(at));
  await Promise.all([
    publishAll(
      bus,
      ids.slice(0, 7).map((id) => entry(id)),
    ),
    ...ids.slice(7).map((id) => publishAll(bus, [entry(id)])),
  ]);
  expect(calls.map((entries) => entries.length)).toEqual([10, 10, 3]);
  expect(calls.flat().map(({ Detail }) => JSON.parse(Detail).id)).toEqual(ids);
});

test("one call of events is in flight at a time, or as many as are allowed", async () => {
  const most = async (inFlight?: number) => {
    let [now, highest] = [0, 0];
    const send = async ({ input: { Entries } }: any) => {
      highest = Math.max(highest, ++now);
      await new Promise(setImmediate);
      now--;
      return { Entries: Entries.map(() => ({ EventId: "1" })) };
    };
    const events = { send } as unknown as EventBridgeClient;
    await publishAll(
      eventBridge("bus", events, inFlight),
      Array.from({ length: 60 }, (_, at) => entry(String(at))),
    );
    return highest;
  };
  expect(await most()).toBe(1);
  expect(await most(4)).toBe(4);
});

test("a call of events stays below a megabyte", async () => {
  const { calls, client: events } = client<EventBridgeClient>();
  const large = "x".repeat(400_000);
  await publishAll(
    eventBridge("bus", events),
    ["1", "2", "3"].map((id) => entry(id, large)),
  );
  expect(calls.map((entries) => entries.length)).toEqual([2, 1]);
});

test("each producer learns which of its own events were rejected, after three attempts", async () => {
  const { calls, client: events } = client<EventBridgeClient>(({ Detail }) =>
    Detail.includes("bad") ? { ErrorCode: "InternalFailure" } : undefined,
  );
  const bus = eventBridge("bus", events);
  const [mine, theirs] = await Promise.all([
    publishAll(bus, [entry("1"), entry("bad")]),
    publishAll(bus, [entry("2")]),
  ]);
  expect([mine, theirs]).toEqual([[1], []]);
  expect(calls.map((entries) => entries.length)).toEqual([3, 1, 1]);
});

test("messages to one queue share calls of ten; a queue has calls of its own", async () => {
  const { calls, client: sqs } = client<SQSClient>();
  const queues = stepQueues(sqs);
  await Promise.all([
    ...Array.from({ length: 11 }, (_, at) => queues.send("one", message(String(at)))),
    queues.send("other", message("a")),
  ]);
  expect(calls.map((entries) => entries.length).sort()).toEqual([1, 1, 10]);
  expect(calls[0]![0]).toMatchObject({ Id: "0", MessageGroupId: "r" });
});

test("a throttled message is sent again alone; an invalid one is only its sender's error", async () => {
  const { calls, client: sqs } = client<SQSClient>(({ MessageBody }, call) => {
    if (MessageBody.includes("wrong")) return { SenderFault: true, Code: "InvalidMessageContents" };
    return MessageBody.includes("slow") && call === 1 ? { SenderFault: false, Code: "Throttled" } : undefined;
  });
  const queues = stepQueues(sqs);
  const sent = await Promise.allSettled(
    ["fine", "wrong", "slow"].map((path) => queues.send("one", message(path))),
  );
  expect(sent.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((sent[1] as PromiseRejectedResult).reason.name).toBe("InvalidMessageContents");
  expect(calls.map((entries) => entries.length)).toEqual([3, 1]);
});

test("messages of the same moment are hidden in one call", async () => {
  const { calls, client: sqs } = client<SQSClient>();
  const { delay } = sourceQueue("one", sqs);
  await Promise.all([delay("a", 1_500), delay("b", 10)]);
  expect(calls).toEqual([
    [
      { Id: "0", ReceiptHandle: "a", VisibilityTimeout: 2 },
      { Id: "1", ReceiptHandle: "b", VisibilityTimeout: 1 },
    ],
  ]);
});
