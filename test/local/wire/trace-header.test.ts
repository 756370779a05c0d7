import { afterEach, beforeEach, expect, test } from "vitest";
import { eventsService } from "../../../local/events/service.ts";
import type { Kernel } from "../../../local/kernel/kernel.ts";
import { sqsService } from "../../../local/sqs/service.ts";
import { statesService } from "../../../local/states/service.ts";
import { serve } from "../../../local/wire/server.ts";
import { amongStandIns } from "../stand-ins.ts";

const OF_REQUEST = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const SAID = "Root=1-00000000-000000000000000000000001;Parent=0000000000000002;Sampled=1";

let kernel: Kernel;
let url: string;
let close: () => Promise<void>;
let queue: string;
beforeEach(async () => {
  ({ kernel } = amongStandIns({}));
  for (const service of [sqsService(kernel), statesService(kernel), eventsService(kernel)])
    kernel.register(service);
  for (const service of kernel.all()) service.start?.();
  ({ url, close } = await serve(kernel, { port: 0 }));
  queue = (await kernel.call("sqs", "CreateQueue", { QueueName: "q" })).QueueUrl;
});
afterEach(async () => {
  await Promise.all(kernel.all().map((service) => service.stop?.()));
  await close();
});

/** A call over HTTP, as an SDK within a traced function makes it. */
async function call(target: string, input: object): Promise<any> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "x-amz-target": target,
      "content-type": "application/x-amz-json-1.0",
      "X-Amzn-Trace-Id": OF_REQUEST,
    },
    body: JSON.stringify(input),
  });
  expect(response.status).toBe(200);
  return await response.json();
}

async function received(): Promise<string | undefined> {
  const AttributeNames = ["AWSTraceHeader"];
  const { Messages } = await kernel.call("sqs", "ReceiveMessage", { QueueUrl: queue, AttributeNames });
  return Messages[0].Attributes?.AWSTraceHeader;
}

test("a message has the trace of the request, or that of its attribute, which counts before", async () => {
  await call("AmazonSQS.SendMessage", { QueueUrl: queue, MessageBody: "a" });
  expect(await received()).toBe(OF_REQUEST);
  const MessageSystemAttributes = { AWSTraceHeader: { DataType: "String", StringValue: SAID } };
  await call("AmazonSQS.SendMessage", { QueueUrl: queue, MessageBody: "b", MessageSystemAttributes });
  expect(await received()).toBe(SAID);
});

test("an execution has the trace of the request before the one that its parameter says", async () => {
  const definition = JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } });
  const machine = { name: "m", definition, roleArn: "arn:aws:iam::000000000000:role/m" };
  const { stateMachineArn } = await kernel.call("states", "CreateStateMachine", machine);
  const traceOf = async ({ executionArn }: any) =>
    (await kernel.call("states", "DescribeExecution", { executionArn })).traceHeader;
  const start = { stateMachineArn, traceHeader: SAID };
  expect(await traceOf(await call("AWSStepFunctions.StartExecution", start))).toBe(OF_REQUEST);
  expect(await traceOf(await kernel.call("states", "StartExecution", start))).toBe(SAID);
});

test("an event is delivered with the trace of its entry, or else that of the request", async () => {
  await kernel.call("events", "PutRule", { Name: "r", EventPattern: JSON.stringify({ source: ["shop"] }) });
  const { Attributes } = await kernel.call("sqs", "GetQueueAttributes", {
    QueueUrl: queue,
    AttributeNames: ["QueueArn"],
  });
  await kernel.call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "q", Arn: Attributes.QueueArn }] });
  const put = async (entry: object) => {
    const Entries = [{ Source: "shop", DetailType: "sold", Detail: "{}", ...entry }];
    await call("AWSEvents.PutEvents", { Entries });
    await kernel.work.idle();
  };
  await put({ TraceHeader: SAID });
  expect(await received()).toBe(SAID);
  await put({});
  expect(await received()).toBe(OF_REQUEST);
});
