import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { pipesService } from "../../../local/pipes/service.ts";
import { sqsService } from "../../../local/sqs/service.ts";
import { amongStandIns, type Situation } from "../stand-ins.ts";

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const SOURCE = arn("sqs", "orders");
const TARGET = arn("sqs", "shipped");
const ENRICH = arn("lambda", "function:enrich");
const RoleArn = "arn:aws:iam::000000000000:role/pipe";
const NAME = "ship";

/** Pipes and queues, among stand-ins for other targets. */
async function cloud(settings: object = {}, situation: Situation = {}) {
  const reports: string[] = [];
  const local = amongStandIns(
    {
      lambda: ["Invoke"],
      states: ["StartExecution", "StartSyncExecution"],
      events: ["PutEvents"],
      sns: ["PublishBatch"],
      logs: ["PutLogEvents"],
    },
    { ...situation, report: (line) => reports.push(line) },
  );
  const { kernel } = local;
  kernel.register(sqsService(kernel));
  const service = pipesService(kernel);
  kernel.register(service);
  for (const QueueName of ["orders", "shipped"]) await kernel.call("sqs", "CreateQueue", { QueueName });
  const pipes = (operation: string, input: object = {}): Promise<any> =>
    kernel.call("pipes", operation, { Name: NAME, ...input });
  service.start!();
  if (!situation.store) await pipes("CreatePipe", { Source: SOURCE, Target: TARGET, RoleArn, ...settings });
  const url = (name: string) => `${kernel.endpoint}/000000000000/${name}`;
  return {
    ...local,
    service,
    pipes,
    reports,
    async send(...bodies: unknown[]) {
      for (const body of bodies) {
        const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
        await kernel.call("sqs", "SendMessage", { QueueUrl: url("orders"), MessageBody });
      }
      await local.settle();
    },
    /** The bodies of a queue's visible messages. */
    async received(name = "shipped"): Promise<string[]> {
      const input = { QueueUrl: url(name), MaxNumberOfMessages: 10 };
      const { Messages = [] } = await kernel.call("sqs", "ReceiveMessage", input);
      return Messages.map(({ Body }: { Body: string }) => Body);
    },
    async left(): Promise<number> {
      const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
      const { Attributes } = await kernel.call("sqs", "GetQueueAttributes", {
        QueueUrl: url("orders"),
        AttributeNames,
      });
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    },
    payloads: () =>
      local.calls
        .filter(({ operation }) => operation === "Invoke")
        .map(({ input }) => [input.FunctionName, JSON.parse(input.Payload.toString())]),
  };
}

const answers = (value: unknown) => ({ Payload: Buffer.from(JSON.stringify(value)) });

test("a message goes through a filter and a template to a queue, and leaves its own", async () => {
  const { send, received, left } = await cloud({
    SourceParameters: { FilterCriteria: { Filters: [{ Pattern: '{"body":{"state":["paid"]}}' }] } },
    TargetParameters: { InputTemplate: '{"id": <$.body.id>, "pipe": <aws.pipes.pipe-name>}' },
  });
  await send({ id: 1, state: "open" }, { id: 2, state: "paid" });
  expect(await received()).toEqual(['{"id":2,"pipe":"ship"}']);
  expect(await left()).toBe(0);
});

test("a function enriches the batch as the pipe's role, and the template is of what it answers", async () => {
  const { send, received, behaviour, payloads, calls } = await cloud({
    Enrichment: ENRICH,
    EnrichmentParameters: { InputTemplate: '{"id": <$.body.id>}' },
    TargetParameters: { InputTemplate: '{"total": <$.total>}' },
  });
  behaviour.answer = ({ input }) =>
    answers(JSON.parse(input.Payload.toString()).map(({ id }: { id: number }) => ({ total: id * 10 })));
  await send({ id: 1 });
  expect(payloads()).toEqual([[ENRICH, [{ id: 1 }]]]);
  expect(calls[0]).toMatchObject({ caller: RoleArn, input: { InvocationType: "RequestResponse" } });
  expect(await received()).toEqual(['{"total":10}']);
});

test.each([[[]], [{}], [""], [null]])(
  "an enrichment that answers %j filters the events out",
  async (answer) => {
    const { send, received, behaviour, left } = await cloud({ Enrichment: ENRICH });
    behaviour.answer = () => answers(answer);
    await send({ id: 1 });
    expect(await received()).toEqual([]);
    expect(await left()).toBe(0);
  },
);

test("what an enrichment refuses is tried again after the visibility timeout", async () => {
  const { send, received, behaviour, advance, reports, left } = await cloud({ Enrichment: ENRICH });
  behaviour.answer = () => ({ ...answers({ errorMessage: "no" }), FunctionError: "Unhandled" });
  await send({ id: 1 });
  expect(reports).toEqual([expect.stringContaining("The batch is tried again")]);
  expect(await left()).toBe(1);
  behaviour.answer = () => answers([{ ok: true }]);
  await advance(31_000);
  expect(await received()).toEqual(['{"ok":true}']);
  expect(await left()).toBe(0);
});

test("events on a bus have the given source and type, or those of the pipe", async () => {
  const Target = arn("events", "event-bus/shop");
  const put = async (EventBridgeEventBusParameters?: object) => {
    const { send, calls, behaviour } = await cloud({
      Target,
      TargetParameters: {
        InputTemplate: "<$.body>",
        ...(EventBridgeEventBusParameters && { EventBridgeEventBusParameters }),
      },
    });
    behaviour.answer = () => ({ FailedEntryCount: 0, Entries: [{ EventId: "e" }] });
    await send({ id: 1 });
    return calls.map(({ input }) => input.Entries[0]);
  };
  expect(await put()).toMatchObject([
    { EventBusName: Target, Source: "Pipe ship", DetailType: "Event from aws:sqs" },
  ]);
  expect(await put({ Source: "shop", DetailType: "$.body.id" })).toMatchObject([
    { Source: "shop", DetailType: "1" },
  ]);
});

test("a function gets the batch as a list, and may report single messages as failed", async () => {
  const { send, behaviour, payloads, left } = await cloud({ Target: arn("lambda", "function:ship") });
  behaviour.answer = ({ input }) => {
    const [first] = JSON.parse(input.Payload.toString());
    return answers({ batchItemFailures: [{ itemIdentifier: first.messageId }] });
  };
  await send({ id: 1 });
  expect(payloads()).toMatchObject([
    [arn("lambda", "function:ship"), [{ eventSource: "aws:sqs", body: '{"id":1}' }]],
  ]);
  expect(await left()).toBe(1);
});

test.each([
  ["FIRE_AND_FORGET", "StartExecution"],
  ["REQUEST_RESPONSE", "StartSyncExecution"],
])("a state machine is started by %s with a list", async (InvocationType, operation) => {
  const { send, calls, behaviour, left } = await cloud({
    Target: arn("states", "stateMachine:ship"),
    TargetParameters: { StepFunctionStateMachineParameters: { InvocationType } },
  });
  behaviour.answer = () => ({ status: "SUCCEEDED", output: "{}" });
  await send({ id: 1 });
  expect(calls.map((call) => call.operation)).toEqual([operation]);
  expect(JSON.parse(calls[0]!.input.input)).toMatchObject([{ body: '{"id":1}' }]);
  expect(await left()).toBe(0);
});

test("only the events that a target refuses are tried again", async () => {
  const { send, behaviour, left, advance, calls } = await cloud({
    Target: arn("sns", "ship"),
    SourceParameters: { SqsQueueParameters: { BatchSize: 2, MaximumBatchingWindowInSeconds: 1 } },
    TargetParameters: { InputTemplate: "<$.body>" },
  });
  behaviour.answer = () => ({ Successful: [{ Id: "0" }], Failed: [{ Id: "1", Code: "X" }] });
  await send("a", "b");
  await advance(1000);
  expect(calls[0]!.input.PublishBatchRequestEntries).toMatchObject([{ Message: "a" }, { Message: "b" }]);
  expect(await left()).toBe(1);
});

test("a stopped pipe reads nothing; a pipe of the last process continues", async () => {
  const { send, received, pipes, service, store, settle } = await cloud();
  await pipes("StopPipe");
  await send("a");
  expect(await received()).toEqual([]);
  await pipes("StartPipe");
  await settle();
  expect((await received()).map((body) => JSON.parse(body).body)).toEqual(["a"]);
  await service.stop!();
  const again = await cloud({}, { store });
  await again.send("b");
  expect((await again.received()).map((body) => JSON.parse(body).body)).toEqual(["b"]);
});

test.each<[string, object, string]>([
  ["a Kinesis stream", { Source: arn("kinesis", "stream/s") }, "reads queues and DynamoDB streams"],
  ["a Firehose stream", { Target: arn("firehose", "deliverystream/d") }, "not to"],
  ["enrichment by a queue", { Enrichment: TARGET }, "enriches with functions"],
  [
    "a batch larger than the target takes",
    { SourceParameters: { SqsQueueParameters: { BatchSize: 11 } } },
    "BatchSize 11",
  ],
  [
    "an invalid filter",
    { SourceParameters: { FilterCriteria: { Filters: [{ Pattern: "{}" }] } } },
    "is not valid",
  ],
  [
    "parameters of another target",
    { TargetParameters: { LambdaFunctionParameters: {} } },
    "LambdaFunctionParameters",
  ],
  ["no role", { RoleArn: undefined }, "RoleArn"],
])("%s is refused", async (_, settings, reason) => {
  await expect(cloud(settings)).rejects.toThrow(reason);
  await expect(cloud(settings)).rejects.toThrow(ServiceError);
});

test("a pipe is described, listed and deleted", async () => {
  const { pipes } = await cloud({ Description: "d" });
  expect(await pipes("DescribePipe")).toMatchObject({
    Name: NAME,
    Arn: arn("pipes", "pipe/ship"),
    Source: SOURCE,
    Target: TARGET,
    RoleArn,
    DesiredState: "RUNNING",
    CurrentState: "RUNNING",
    Description: "d",
  });
  expect((await pipes("ListPipes")).Pipes).toMatchObject([{ Name: NAME }]);
  await pipes("DeletePipe");
  await expect(pipes("DescribePipe")).rejects.toThrow("Pipe ship does not exist.");
});

test.each<[string, string, object, string]>([
  ["no name", "DescribePipe", { Name: null }, "'Name' failed to satisfy constraint"],
  ["a name that is a list", "StartPipe", { Name: ["ship"] }, "Name must be a string"],
  ["an enrichment that is a number", "UpdatePipe", { Enrichment: 5 }, "Enrichment must be a string"],
  [
    "a filter that is null",
    "UpdatePipe",
    { SourceParameters: { FilterCriteria: { Filters: [null] } } },
    "SourceParameters.FilterCriteria.Filters[0] must be a structure",
  ],
])("%s is refused with the name of the member: %s", async (_, operation, input, message) => {
  const { pipes, reports } = await cloud();
  await expect(pipes(operation, input)).rejects.toThrow(message);
  expect(reports).toEqual([]);
});

test("a source that cannot be read is reported under the pipe's name", async () => {
  const { kernel, advance, reports } = await cloud();
  await kernel.call("sqs", "DeleteQueue", { QueueUrl: `${kernel.endpoint}/000000000000/orders` });
  await advance(60_000);
  expect(reports[0]).toMatch(
    /^pipes: arn:aws:pipes:us-east-1:000000000000:pipe\/ship of arn:aws:sqs:us-east-1:000000000000:orders: PROBLEM: cannot /,
  );
});
