import { expect, test } from "vitest";
import { cloud, QUEUE, START } from "./harness.ts";

test("an event reaches the targets of the matching rules, in the service's form", async () => {
  const { rule, put, settle, calls } = cloud();
  await rule("large", { source: ["shop"], detail: { total: [{ numeric: [">", 10] }] } });
  await rule("other", { source: ["elsewhere"] });
  const { EventId } = await put(
    { total: 12, id: 1 },
    { Time: START / 1000 - 60.5, Resources: ["arn:x"], TraceHeader: "Root=1" },
  );
  await put({ total: 3 });
  await settle();
  expect(calls).toEqual([
    {
      operation: "SendMessage",
      caller: "events.amazonaws.com",
      time: expect.any(String),
      input: {
        QueueUrl: "http://127.0.0.1:4566/000000000000/orders",
        MessageBody: JSON.stringify({
          version: "0",
          id: EventId,
          "detail-type": "order",
          source: "shop",
          account: "000000000000",
          time: "2026-11-21T06:59:29Z",
          region: "us-east-1",
          resources: ["arn:x"],
          detail: { total: 12, id: 1 },
        }),
        MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "Root=1" } },
      },
    },
  ]);
});

test("each type of target is called by its API, with the target's role", async () => {
  const { rule, put, settle, calls, events } = cloud();
  const RoleArn = "arn:aws:iam::000000000000:role/r";
  const all = { source: ["shop"] };
  const Input = '{"a":1}';
  const lambda = "arn:aws:lambda:us-east-1:000000000000:function:f";
  const machine = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
  await rule("a", all, { Arn: `${QUEUE}.fifo`, Input, SqsParameters: { MessageGroupId: "g" } });
  await rule("b", all, { Arn: lambda, Input });
  await rule("c", all, { Arn: machine, Input, RoleArn });
  await put();
  await settle();
  expect(calls.map(({ operation, input }) => [operation, input])).toEqual([
    [
      "SendMessage",
      { QueueUrl: "http://127.0.0.1:4566/000000000000/orders.fifo", MessageBody: Input, MessageGroupId: "g" },
    ],
    ["Invoke", { FunctionName: lambda, InvocationType: "Event", Payload: Buffer.from(Input) }],
    ["StartExecution", { stateMachineArn: machine, input: Input }],
  ]);
  expect(calls[2]!.caller).toBe(RoleArn);
  const unserved = { Id: "k", Arn: "arn:aws:kinesis:us-east-1:000000000000:stream/x" };
  await expect(events("PutTargets", { Rule: "a", Targets: [unserved] })).rejects.toThrow(
    "does not deliver to arn:aws:kinesis",
  );
});

test("entries fail one by one, with the service's codes", async () => {
  const { events, rule, settle, bodies } = cloud();
  await rule("all", { source: [{ prefix: "" }] });
  const good = { Source: "s", DetailType: "d", Detail: "{}" };
  const { FailedEntryCount, Entries } = await events("PutEvents", {
    Entries: [
      { ...good, Source: undefined },
      { ...good, DetailType: undefined },
      { ...good, Detail: undefined },
      { ...good, Detail: "not json" },
      { ...good, Detail: "[1]" },
      { ...good, Detail: `{"a":${"[".repeat(2000)}${"]".repeat(2000)}}` },
      { ...good, Source: "aws.s3" },
      { ...good, EventBusName: "no-such-bus" },
      { ...good, Time: null, EventBusName: null, Resources: null },
    ],
  });
  expect(FailedEntryCount).toBe(7);
  expect(Entries.map((entry: any) => entry.ErrorMessage ?? "accepted")).toEqual([
    "Parameter Source is not valid. Reason: Source is a required argument.",
    "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
    "Parameter Detail is not valid. Reason: Detail is a required argument.",
    "Detail is malformed.",
    "Detail is malformed.",
    "Detail is malformed.",
    "Not authorized for the source.",
    "accepted",
    "accepted",
  ]);
  expect(Entries[3].ErrorCode).toBe("MalformedDetail");
  await settle();
  expect(bodies().map(({ id }) => id)).toEqual([Entries[8].EventId]);
});

test("an AWS service may publish its own events", async () => {
  const { events, rule, settle, bodies } = cloud();
  await rule("s3", { source: ["aws.s3"] });
  const Entries = [{ Source: "aws.s3", DetailType: "Object Created", Detail: "{}" }];
  await events("PutEvents", { Entries }, "s3.amazonaws.com");
  await settle();
  expect(bodies()).toHaveLength(1);
});

test("a call with too much is refused as a whole", async () => {
  const { events } = cloud();
  const entry = { Source: "s", DetailType: "d", Detail: JSON.stringify({ a: "x".repeat(200_000) }) };
  await expect(events("PutEvents", { Entries: Array(6).fill(entry) })).rejects.toThrow(
    "Total size of the entries in the request is over the limit.",
  );
  await expect(events("PutEvents", { Entries: Array(11).fill({ ...entry, Detail: "{}" }) })).rejects.toThrow(
    "Member must have length less than or equal to 10",
  );
  await expect(events("PutEvents", { Entries: [] })).rejects.toThrow("greater than or equal to 1");
  await expect(events("PutEvents", { Entries: [entry], EndpointId: "e" })).rejects.toThrow("EndpointId");
  await expect(events("PutEvents", { Entries: "text" })).rejects.toMatchObject({
    code: "SerializationException",
  });
  await expect(events("PutEvents", { Entries: [{ ...entry, Detail: {} }] })).rejects.toThrow(
    "entries.1.member.Detail must be a string.",
  );
});

test("an event that continues to another bus stays the same event", async () => {
  const { events, rule, put, settle, bodies, kernel } = cloud();
  const { EventBusArn } = await events("CreateEventBus", { Name: "second" });
  await rule("forward", { source: ["shop"] }, { Arn: EventBusArn });
  await rule("receive", { source: ["shop"] }, {}, "second");
  const { EventId } = await put({ big: 1 });
  await settle();
  expect(bodies().map(({ id, account }) => [id, account])).toEqual([[EventId, kernel.account]]);
});

test("a change of rules or targets applies from the next event on", async () => {
  const { events, rule, put, settle, bodies } = cloud();
  await rule("r", { source: ["shop"] });
  await put({ n: 1 });
  await events("DisableRule", { Name: "r" });
  await put({ n: 2 });
  await events("EnableRule", { Name: "r" });
  await put({ n: 3 });
  await rule("r", { source: ["shop"], detail: { n: [5] } });
  await put({ n: 4 });
  await put({ n: 5 });
  await events("RemoveTargets", { Rule: "r", Ids: ["t"] });
  await put({ n: 5 });
  await settle();
  expect(bodies().map(({ detail }) => detail.n)).toEqual([1, 3, 5]);
});

test("TestEventPattern decides, and refuses invalid events and patterns", async () => {
  const { events } = cloud();
  const event = { id: "1", account: "1", source: "s", time: "t", region: "r", "detail-type": "d" };
  const decide = (EventPattern: string, Event: string) => events("TestEventPattern", { EventPattern, Event });
  expect(await decide('{"source": ["s"]}', JSON.stringify(event))).toEqual({ Result: true });
  expect(await decide('{"source": ["t"]}', JSON.stringify(event))).toEqual({ Result: false });
  for (const none of ["text", "[]", '{"id": "1"}', "null"]) {
    await expect(decide('{"source": ["s"]}', none)).rejects.toMatchObject({
      code: "ValidationException",
      message: "Parameter Event is not valid.",
    });
  }
  await expect(decide('{"source": "s"}', JSON.stringify(event))).rejects.toMatchObject({
    code: "InvalidEventPatternException",
    message: 'Event pattern is not valid. Reason: "source" must be an object or an array',
  });
});
