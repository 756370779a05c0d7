import { Match, type Template } from "aws-cdk-lib/assertions";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../../local/simulate.ts";
import { synthesizeAlbums } from "./album/app.ts";

let folder: string;
let template: Template;
beforeAll(() => {
  ({ folder, template } = synthesizeAlbums());
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud?.close());

async function order(albumId: string, pictures: string[]) {
  cloud = await simulate(folder, { seed: 1, schedules: false });
  await publish(albumId, pictures);
  await cloud.advance("5 minutes");
}

async function publish(albumId: string, pictures: string[]) {
  const { MillraceBus: EventBusName } = (await cloud.outputs("Albums")) as Record<string, string>;
  const entry = { EventBusName, Source: "test", DetailType: "album.ordered" };
  await cloud.call("events", "PutEvents", {
    Entries: [{ ...entry, Detail: JSON.stringify({ albumId, pictures }) }],
  });
  await cloud.settle();
}

/** How many lines of the pool's log fit a pattern. */
async function logged(filterPattern: string): Promise<number> {
  const { logGroups } = await cloud.call("logs", "DescribeLogGroups", {});
  const { logGroupName } = (logGroups as any[]).find((group) => /light/.test(group.logGroupName));
  const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName, filterPattern });
  return (events as any[]).length;
}

/** Executions of the workflow, with their outputs. */
async function executions() {
  const { stateMachines } = await cloud.call("states", "ListStateMachines", {});
  const { stateMachineArn } = (stateMachines as any[]).find(({ name }) => name.endsWith("make-album"));
  const listed = await cloud.call("states", "ListExecutions", { stateMachineArn });
  return await Promise.all(
    (listed.executions as any[]).map(({ executionArn }) =>
      cloud.call("states", "DescribeExecution", { executionArn }),
    ),
  );
}

/** The parts of their names by which the functions that answered tokens are known. */
const answerers = () => [
  ...new Set(
    cloud.calls
      .filter(({ operation }) => operation.startsWith("SendTask"))
      .map((call) => /light|printalbum/.exec(call.function!.toLowerCase())?.[0]),
  ),
];

test("steps of a pool have one function and one queue, with its figures and the longest of their timeouts", () => {
  const named = (pattern: RegExp) =>
    Object.keys(template.findResources("AWS::Lambda::Function")).filter((id) => pattern.test(id));
  expect(named(/writecaption|sortpages/)).toEqual([]);
  expect(named(/^lightWorker/)).toHaveLength(1);
  template.hasResourceProperties("AWS::Lambda::Function", {
    Description: "make-album: light",
    MemorySize: 256,
    Timeout: 135,
  });
  template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    FunctionName: { Ref: Match.stringLikeRegexp("^lightWorker") },
    BatchSize: 5,
    ScalingConfig: { MaximumConcurrency: 4 },
  });
});

test("each message of a pool comes to the code of its step", async () => {
  await order("one", ["tide", "cliff", "wave"]);
  const [execution] = await executions();
  expect(execution).toMatchObject({ status: "SUCCEEDED", output: expect.stringContaining('"printed":3') });
  expect(answerers()).toEqual(["light", "printalbum"]);
});

test("an invocation runs as many attempts as wait, up to the pool's batch", async () => {
  await order(
    "three",
    Array.from({ length: 20 }, (_, at) => `picture ${at}`),
  );
  expect((await executions())[0]).toMatchObject({ status: "SUCCEEDED" });
  // Twenty captions and one sorting.
  const count = await logged('{ $.type = "platform.start" }');
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(21);
});

test("a message that is twice in one batch has its effect once", async () => {
  cloud = await simulate(folder, { seed: 1, schedules: false });
  const { QueueUrls } = await cloud.call("sqs", "ListQueues", {});
  const QueueUrl = (QueueUrls as string[]).find((url) => /light/.test(url))!;
  const mappings = await cloud.call("lambda", "ListEventSourceMappings", {});
  const { UUID } = mappings.EventSourceMappings.find(({ FunctionArn }: any) => /light/.test(FunctionArn));
  await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: false });
  await publish("four", ["tide"]);
  const { Messages } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl, VisibilityTimeout: 0 });
  await cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody: Messages[0].Body });
  await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: true });
  await cloud.advance("5 minutes");
  expect((await executions())[0]).toMatchObject({ status: "SUCCEEDED" });
  expect(await logged('{ $.type = "platform.start" }')).toBeLessThan(4);
  expect(await logged('{ $.message = "A caption is written." }')).toBe(1);
});

test("a failure in a pool belongs to the step whose code failed", async () => {
  await order("two", ["tide", "torn"]);
  const [execution] = await executions();
  expect(execution).toMatchObject({
    status: "FAILED",
    cause: expect.stringContaining("The picture is torn."),
  });
});
