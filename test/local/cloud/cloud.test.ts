import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { type Cloud, type CloudOptions, startCloud } from "../../../local/cloud.ts";
import { UserError } from "../../../local/kernel/errors.ts";
import { assemblyOf, folder } from "./assembly.ts";
import { queuePolicy, queueUrl, rulesToQueue } from "./resources.ts";

const open: Cloud[] = [];
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.close();
});

async function start(resources: Record<string, unknown>, options: Partial<CloudOptions> = {}) {
  const reports: string[] = [];
  const assembly = assemblyOf(resources, queueUrl);
  const cloud = await startCloud({
    assembly,
    data: undefined,
    port: 0,
    report: (line) => reports.push(line),
    ...options,
  });
  open.push(cloud);
  const client = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const { Stacks } = await cloud.kernel.call("cloudformation", "DescribeStacks", {});
  const QueueUrl = Stacks[0].Outputs[0].OutputValue as string;
  return { cloud, reports, QueueUrl, sqs: new SQSClient(client), events: new EventBridgeClient(client) };
}

const put = new PutEventsCommand({
  Entries: [{ EventBusName: "app", Source: "app", DetailType: "d", Detail: '{"n":1}' }],
});

test("an event travels from the SDK through a rule to a queue of the template", async () => {
  const { events, sqs, QueueUrl, cloud, reports } = await start({ ...rulesToQueue, Policy: queuePolicy });
  expect(QueueUrl.startsWith(cloud.endpoint)).toBe(true);
  await events.send(put);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
  expect(JSON.parse(Messages![0]!.Body!)).toMatchObject({ source: "app", detail: { n: 1 } });
  expect(reports).toEqual([]);
});

test("a rule that may not send to its queue does not", async () => {
  const { cloud, QueueUrl } = await start(rulesToQueue);
  const send = cloud.kernel.call(
    "sqs",
    "SendMessage",
    { QueueUrl, MessageBody: "x" },
    { caller: "events.amazonaws.com" },
  );
  await expect(send).rejects.toThrow("because no resource-based policy allows the sqs:sendmessage action");
});

test("acknowledged data exists after the next start, at another port too", async () => {
  const data = join(folder(), "data");
  const first = await start({ Queue: rulesToQueue.Queue }, { data });
  await first.sqs.send(new SendMessageCommand({ QueueUrl: first.QueueUrl, MessageBody: "kept" }));
  await first.cloud.close();
  const second = await start({ Queue: rulesToQueue.Queue }, { data });
  expect(second.cloud.endpoint).not.toBe(first.cloud.endpoint);
  const { Messages } = await second.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: second.QueueUrl, WaitTimeSeconds: 1 }),
  );
  expect(Messages!.map(({ Body }) => Body)).toEqual(["kept"]);
});

test("an app with an unsupported resource creates nothing", async () => {
  const data = join(folder(), "data");
  const attempt = start({ Queue: rulesToQueue.Queue, Stream: { Type: "AWS::Kinesis::Stream" } }, { data });
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow(
    "App/Stream (AWS::Kinesis::Stream): this resource type is not served by the local cloud.",
  );
  const { cloud } = await start({ Queue: rulesToQueue.Queue }, { data });
  const [queue, ...others] = (await cloud.kernel.call("sqs", "ListQueues", {})).QueueUrls;
  expect(queue).toContain("App-Queue-");
  expect(others).toEqual([]);
});

test("a failed start releases the port and the data", async () => {
  const data = join(folder(), "data");
  const { cloud } = await start({ Queue: rulesToQueue.Queue }, { data });
  const port = Number(new URL(cloud.endpoint).port);
  await expect(start({ Queue: rulesToQueue.Queue }, { data })).rejects.toThrow(
    /is in use by another running local cloud/,
  );
  await expect(start({ Queue: rulesToQueue.Queue }, { port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use`,
  );
  await cloud.close();
  await expect(start({ Stream: { Type: "AWS::Kinesis::Stream" } }, { data, port })).rejects.toThrow(
    "AWS::Kinesis::Stream",
  );
  const again = await start({ Queue: rulesToQueue.Queue }, { data, port });
  expect(again.cloud.endpoint).toBe(cloud.endpoint);
});

test.each([
  ["no database", Buffer.alloc(9000, "x"), /is damaged .*Nothing was changed in it/],
  ["cut off", undefined, /is damaged .*Nothing was changed in it/],
])("a data file that is %s is refused and not changed", async (_, content, message) => {
  const data = join(folder(), "data");
  const { cloud } = await start({ Queue: rulesToQueue.Queue }, { data });
  await cloud.close();
  const file = join(data, "cloud.sqlite");
  expect(existsSync(file)).toBe(true);
  const damaged = content ?? readFileSync(file).subarray(0, 5000);
  writeFileSync(file, damaged);
  await expect(start({ Queue: rulesToQueue.Queue }, { data })).rejects.toThrow(message);
  expect(readFileSync(file).equals(damaged)).toBe(true);
});

test("a file in place of the data folder is one message", async () => {
  const file = join(folder(), "file");
  writeFileSync(file, "");
  await expect(start({ Queue: rulesToQueue.Queue }, { data: file })).rejects.toThrow(
    /cannot be the data folder: .*not a directory.*--data/,
  );
});
