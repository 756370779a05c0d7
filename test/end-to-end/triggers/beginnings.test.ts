import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, expect, test } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { archivedEvents } from "../archived-events.ts";
import { type SimulatedTriggers, simulateTriggers, triggersAssembly } from "./simulated-app.ts";

triggersAssembly();
let app: SimulatedTriggers;
afterEach(() => app.cloud.close());

const noted = async () =>
  (await app.runs("keep-log")).map(([status, output]) => [status, (output as { noted: string }).noted]);

test("a new row begins onboarding; a change and a removal are published with their data", async () => {
  app = await simulateTriggers();
  const { cloud, outputs } = app;
  const put = (mail: string) =>
    cloud.call("dynamodb", "PutItem", {
      TableName: outputs.Users,
      Item: { userId: { S: "u1" }, mail: { S: mail } },
    });
  await put("a@example.org");
  await put("b@example.org");
  await cloud.call("dynamodb", "DeleteItem", { TableName: outputs.Users, Key: { userId: { S: "u1" } } });
  await cloud.advance("10 minutes");
  expect(await app.runs("onboard-user")).toEqual([["succeeded", { welcomed: "a@example.org" }]]);
  expect(await noted()).toEqual([
    ["succeeded", "u1 has another mail"],
    ["succeeded", "u1 left"],
  ]);
});

test("a row that breaks the contract is quarantined, and those after it are published", async () => {
  app = await simulateTriggers();
  const { cloud, outputs } = app;
  for (const [id, mail] of [
    ["u1", "no address"],
    ["u2", "b@example.org"],
  ]) {
    await cloud.call("dynamodb", "PutItem", {
      TableName: outputs.Users,
      Item: { userId: { S: id }, mail: { S: mail } },
    });
  }
  await cloud.advance("10 minutes");
  expect(await app.runs("onboard-user")).toEqual([["succeeded", { welcomed: "b@example.org" }]]);
  expect(await app.quarantined()).toMatchObject([
    { subscriber: "user-changes", name: "user.created", findings: [{ path: "mail" }] },
  ]);
});

test("a quarantined row begins its run once it is released, corrected; twice is once", async () => {
  app = await simulateTriggers();
  const { cloud, outputs } = app;
  const Item = { userId: { S: "u1" }, mail: { S: "no address" } };
  await cloud.call("dynamodb", "PutItem", { TableName: outputs.Users, Item });
  await cloud.advance("10 minutes");
  const id = (await app.quarantined())[0]!.id;
  const control = controlFunction(outputs.MillraceControl!, cloud.client(LambdaClient));
  for (const key of ["k1", "k2"]) {
    const payload = { userId: "u1", mail: "a@example.org" };
    const order = { action: "release-event", target: { quarantine: id }, payload } as const;
    const [outcome] = await Promise.all([
      control({ ...order, by: "ada", why: "asked u1", key }),
      cloud.settle(),
    ]);
    expect(outcome).toEqual({
      done: true,
      says: "user.created of user-changes is released to its subscribers.",
    });
  }
  await cloud.advance("10 minutes");
  expect(await app.runs("onboard-user")).toEqual([["succeeded", { welcomed: "a@example.org" }]]);
});

test("a matching file begins a run, once for each version; other folders, types and sizes do not", async () => {
  app = await simulateTriggers();
  const { cloud, outputs } = app;
  const put = (Key: string, Body: string) =>
    cloud.call("s3", "PutObject", { Bucket: outputs.Inbox, Key, Body: Buffer.from(Body) });
  await put("reports/may.csv", "a,b");
  await put("reports/may.txt", "a,b");
  await put("other/may.csv", "a,b");
  await put("reports/empty.csv", "");
  await cloud.advance("10 minutes");
  expect(await noted()).toEqual([["succeeded", "reports/may.csv of 3 bytes"]]);
  await put("reports/may.csv", "a,b");
  await cloud.advance("10 minutes");
  expect(await noted()).toHaveLength(2);
});

test("each morning of the time zone begins one run, on both sides of the change to summer time", async () => {
  app = await simulateTriggers({ start: "2026-03-28T00:00:00Z" });
  await app.cloud.advance("2 days");
  const mornings = archivedEvents(app.cloud, "morning.came");
  expect(mornings.map(({ source, detail }) => [source, detail.scheduledFor, detail.millrace.id])).toEqual([
    ["mornings", "2026-03-28T06:00:00Z", "mornings/2026-03-28T06:00:00Z"],
    ["mornings", "2026-03-29T05:00:00Z", "mornings/2026-03-29T05:00:00Z"],
  ]);
  expect(await noted()).toEqual([
    ["succeeded", "a morning"],
    ["succeeded", "a morning"],
  ]);
  // Scheduler delivers an occurrence twice where it lost the answer.
  const { "detail-type": DetailType, source: Source, detail } = mornings[0];
  const again = {
    EventBusName: app.outputs.MillraceBus,
    Source,
    DetailType,
    Detail: JSON.stringify(detail),
  };
  await app.cloud.call("events", "PutEvents", { Entries: [again] });
  await app.cloud.advance("10 minutes");
  expect(await noted()).toHaveLength(2);
});

test("an alarm's change to ALARM begins a run; its change to OK does not", async () => {
  app = await simulateTriggers();
  const AlarmName = app.outputs.OrdersWait;
  for (const StateValue of ["ALARM", "OK"]) {
    await app.cloud.call("monitoring", "SetAlarmState", {
      AlarmName,
      StateValue,
      StateReason: "for a drill",
    });
  }
  await app.cloud.advance("10 minutes");
  expect(await noted()).toEqual([["succeeded", `${AlarmName}: for a drill`]]);
});

test("an event of an AWS service that fits the pattern begins a run", async () => {
  app = await simulateTriggers();
  const Entries = ["stopped", "running"].map((state) => ({
    Source: "aws.ec2",
    DetailType: "EC2 Instance State-change Notification",
    Detail: JSON.stringify({ "instance-id": "i-1", state }),
  }));
  await app.cloud.kernel.call("events", "PutEvents", { Entries }, { caller: "ec2.amazonaws.com" });
  await app.cloud.advance("10 minutes");
  expect(await noted()).toEqual([["succeeded", "i-1 stopped"]]);
});

test("each message of a queue begins a run, once even with duplicates and crashes; an invalid one is quarantined", async () => {
  app = await simulateTriggers({
    faults: { duplicates: 0.5, interleave: true, calls: [{ kind: "crash-after", chance: 0.02 }] },
  });
  const send = (MessageBody: string) =>
    app.cloud.call("sqs", "SendMessage", { QueueUrl: app.outputs.OrderQueue, MessageBody });
  for (const id of ["o1", "o2", "o3"]) await send(JSON.stringify({ id }));
  await send("null");
  await app.cloud.advance("3 hours");
  expect(await noted()).toEqual(["o1", "o2", "o3"].map((id) => ["succeeded", `order ${id}`]));
  const subscribers = (await app.quarantined()).map(({ subscriber }) => subscriber);
  expect(new Set(subscribers)).toEqual(new Set(["orders"]));
});

test("any program begins a run by putting an event on the bus", async () => {
  app = await simulateTriggers();
  const entry = { EventBusName: app.outputs.MillraceBus, Source: "a.program", DetailType: "order.taken" };
  const Entries = [{ ...entry, Detail: JSON.stringify({ order: "o1", about: "by hand" }) }];
  expect(await app.cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
  await app.cloud.advance("1 minute");
  expect(await noted()).toEqual([["succeeded", "by hand"]]);
});
