import { expect, test } from "vitest";
import { Store } from "../../../local/kernel/store.ts";
import { cloud, gate, START } from "./cloud.ts";

const DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";

function failing(it: ReturnType<typeof cloud>, parameters: object = {}) {
  const calls: { seconds: number; requestId: string }[] = [];
  it.define(
    "work",
    (_event, { requestId }) => {
      calls.push({ seconds: (it.clock.now() - START) / 1000, requestId });
      throw new RangeError("too far");
    },
    parameters,
  );
  return calls;
}

/** A function that may run once at a time, and does until it is released. */
async function busy(it: ReturnType<typeof cloud>, work: () => unknown, parameters: object = {}) {
  const open = gate();
  const handler = ({ hold }: { hold?: boolean }) => (hold ? open.promise : work());
  it.define("work", handler, { Timeout: 900, ...parameters });
  await it.call("PutFunctionConcurrency", { FunctionName: "work", ReservedConcurrentExecutions: 1 });
  void it.invoke("work", { hold: true });
  await it.settle();
  return open.resolve;
}

test("an event is accepted at once and handled afterwards", async () => {
  const { define, invoke, settle } = cloud();
  const seen: unknown[] = [];
  define("work", (event) => {
    seen.push(event);
  });
  expect(await invoke("work", { id: 1 }, { InvocationType: "Event" })).toMatchObject({ StatusCode: 202 });
  await settle();
  expect(seen).toEqual([{ id: 1 }]);
});

test("a failed event is tried again after one minute and after two, under the same request id", async () => {
  const it = cloud();
  const calls = failing(it);
  await it.invoke("work", {}, { InvocationType: "Event" });
  await it.pass(3600);
  expect(calls.map(({ seconds }) => seconds)).toEqual([0, 60, 180]);
  expect(new Set(calls.map(({ requestId }) => requestId)).size).toBe(1);
});

test("then the on-failure destination gets the record of the invocation", async () => {
  const it = cloud();
  const queue = await it.queue("dead");
  failing(it);
  const DestinationConfig = { OnFailure: { Destination: DEAD } };
  await it.call("PutFunctionEventInvokeConfig", {
    FunctionName: "work",
    MaximumRetryAttempts: 1,
    DestinationConfig,
  });
  await it.invoke("work", { id: 1 }, { InvocationType: "Event" });
  await it.pass(100);
  const [message] = await queue.receive();
  expect(JSON.parse(message.Body)).toEqual({
    version: "1.0",
    timestamp: "2026-01-01T00:01:00.000Z",
    requestContext: {
      requestId: expect.any(String),
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:work:$LATEST",
      condition: "RetriesExhausted",
      approximateInvokeCount: 2,
    },
    requestPayload: { id: 1 },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: { errorType: "RangeError", errorMessage: "too far", trace: [] },
  });
});

test("a message of a destination carries the trace of the event, the same in each attempt", async () => {
  const it = cloud();
  const queue = await it.queue("dead");
  const traces = new Set<string>();
  it.define("work", (_event, { trace }) => {
    traces.add(trace);
    throw new Error("broken");
  });
  const DestinationConfig = { OnFailure: { Destination: DEAD } };
  await it.call("PutFunctionEventInvokeConfig", { FunctionName: "work", DestinationConfig });
  await it.invoke("work", {}, { InvocationType: "Event" });
  await it.pass(200);
  const [message] = await queue.receive();
  expect([...traces]).toEqual([message.Attributes.AWSTraceHeader]);
});

test("events of a disabled function go to the destination at once", async () => {
  const it = cloud();
  const queue = await it.queue("dead");
  const calls = failing(it);
  const DestinationConfig = { OnFailure: { Destination: DEAD } };
  await it.call("PutFunctionEventInvokeConfig", { FunctionName: "work", DestinationConfig });
  await it.call("PutFunctionConcurrency", { FunctionName: "work", ReservedConcurrentExecutions: 0 });
  await it.invoke("work", { id: 1 }, { InvocationType: "Event" });
  await it.settle();
  const [{ Body }] = await queue.receive();
  expect(JSON.parse(Body)).toEqual({
    version: "1.0",
    timestamp: expect.any(String),
    requestPayload: { id: 1 },
    requestContext: {
      requestId: expect.any(String),
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:work:$LATEST",
      condition: "ZeroReservedConcurrency",
      approximateInvokeCount: 0,
    },
  });
  expect(calls).toEqual([]);
});

test("a success is published on the configured event bus", async () => {
  const it = cloud();
  const entries: any[] = [];
  const PutEvents = ({ Entries }: any) => {
    entries.push(...Entries);
    return { FailedEntryCount: 0, Entries: [{ EventId: "1" }] };
  };
  it.kernel.register({ name: "events", operations: { PutEvents } });
  it.define("work", () => "done");
  const bus = "arn:aws:events:us-east-1:000000000000:event-bus/main";
  const DestinationConfig = { OnSuccess: { Destination: bus } };
  await it.call("PutFunctionEventInvokeConfig", { FunctionName: "work", DestinationConfig });
  await it.invoke("work", { id: 1 }, { InvocationType: "Event" });
  await it.settle();
  expect(entries).toEqual([
    {
      EventBusName: bus,
      Source: "lambda",
      DetailType: "Lambda Function Invocation Result - Success",
      Resources: [bus, "arn:aws:lambda:us-east-1:000000000000:function:work:$LATEST"],
      Detail: expect.stringContaining('"condition":"Success"'),
    },
  ]);
});

test("the dead-letter queue of a function receives the event itself, and the reason", async () => {
  const it = cloud();
  const queue = await it.queue("dead");
  failing(it, { DeadLetterConfig: { TargetArn: DEAD } });
  await it.invoke("work", { id: 1 }, { InvocationType: "Event" });
  await it.pass(200);
  const [{ Body, MessageAttributes }] = await queue.receive();
  expect(JSON.parse(Body)).toEqual({ id: 1 });
  expect(MessageAttributes).toMatchObject({
    ErrorCode: { StringValue: "200" },
    ErrorMessage: { StringValue: "too far" },
  });
});

test("a throttled event waits with growing pauses and does not use up its attempts", async () => {
  const it = cloud();
  const seen: number[] = [];
  const release = await busy(it, () => seen.push((it.clock.now() - START) / 1000));
  await it.invoke("work", {}, { InvocationType: "Event" });
  await it.pass(20);
  release();
  await it.pass(20);
  expect(seen).toEqual([31]);
});

test("an event that is too old is dropped", async () => {
  const it = cloud();
  const queue = await it.queue("dead");
  await busy(it, () => 1, { DeadLetterConfig: { TargetArn: DEAD } });
  await it.call("PutFunctionEventInvokeConfig", { FunctionName: "work", MaximumEventAgeInSeconds: 60 });
  await it.invoke("work", {}, { InvocationType: "Event" });
  await it.pass(61);
  const [{ MessageAttributes }] = await queue.receive();
  expect(MessageAttributes.ErrorCode.StringValue).toBe("429");
});

test("an accepted event survives a restart, also one whose attempt was in progress", async () => {
  const store = Store.open(":memory:");
  const before = cloud({ store });
  before.define("work", () => gate().promise);
  await before.invoke("work", { id: 1 }, { InvocationType: "Event" });
  await before.settle();

  const after = cloud({ store, at: START + 1000 });
  const seen: unknown[] = [];
  after.define("work", (event) => {
    seen.push(event);
  });
  await after.settle();
  expect(seen).toEqual([{ id: 1 }]);
});

test("a pause starts nothing new and lets running work end", async () => {
  const it = cloud();
  const door = gate();
  let done = 0;
  it.define("work", async () => {
    await door.promise;
    done++;
  });
  await it.invoke("work", {}, { InvocationType: "Event" });
  await it.settle();
  it.lambda.pause!();
  await it.invoke("work", {}, { InvocationType: "Event" });
  door.resolve();
  await it.settle();
  expect(done).toBe(1);
  expect(it.kernel.store.get("SELECT count(*) AS left FROM lambda_async")).toMatchObject({ left: 1 });
});

test("a stop ends running work, and keeps it for the next start", async () => {
  const it = cloud();
  it.define("work", () => gate().promise);
  await it.invoke("work", {}, { InvocationType: "Event" });
  await it.settle();
  await it.lambda.stop!();
  expect(it.kernel.store.get("SELECT count(*) AS left FROM lambda_async")).toMatchObject({ left: 1 });
  expect(it.kernel.work.count).toBe(0);
});

test("an event whose version is deleted before another attempt is dropped", async () => {
  const it = cloud();
  const calls = failing(it);
  await it.call("PublishVersion", { FunctionName: "work" });
  await it.invoke("work", {}, { InvocationType: "Event", Qualifier: "1" });
  await it.settle();
  await it.call("DeleteFunction", { FunctionName: "work", Qualifier: "1" });
  await it.pass(600);
  expect(calls).toHaveLength(1);
  expect(it.kernel.store.all("SELECT id FROM lambda_async")).toEqual([]);
  expect(it.reports).toEqual([]);
});
