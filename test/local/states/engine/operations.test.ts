import { expect, test } from "vitest";
import type { Operation } from "../../../../local/kernel/service.ts";
import { Cloud, callback, functionArn, functions, queue, START } from "./cloud.ts";

const NAP = { Nap: { Type: "Wait", Seconds: 60, End: true } };
const ECHO = { Echo: { Type: "Pass", End: true } };

test("a name starts one execution: the same input is answered again, another is refused, and so is a closed one", async () => {
  const cloud = new Cloud();
  const stateMachineArn = await cloud.machine(NAP);
  const start = (input: string, name = "order-1") =>
    cloud.call("StartExecution", { stateMachineArn, name, input });
  const first = await start("{}");
  await cloud.pass(1);
  expect(await start("{}")).toEqual(first);
  await expect(start('{"other":1}')).rejects.toMatchObject({
    code: "ExecutionAlreadyExists",
    message: `Execution Already Exists: '${first.executionArn}'`,
  });
  await cloud.pass(60);
  await expect(start("{}")).rejects.toMatchObject({ code: "ExecutionAlreadyExists" });
  await cloud.pass(91 * 24 * 3600);
  expect((await start("{}")).startDate).toBeGreaterThan(first.startDate);
  for (const name of ["a b", "a/b", "a?", "", "x".repeat(81)]) {
    await expect(start("{}", name), name).rejects.toMatchObject({ code: "InvalidName" });
  }
  await expect(start("{", "broken")).rejects.toMatchObject({ code: "InvalidExecutionInput" });
});

test("executions are listed newest first, by status, page by page", async () => {
  const cloud = new Cloud();
  const stateMachineArn = await cloud.machine(NAP);
  for (let index = 0; index < 5; index++) await cloud.start(stateMachineArn, {}, `run-${index}`);
  await cloud.call("StopExecution", { executionArn: await cloud.start(stateMachineArn, {}, "stopped") });
  const names: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const answer = await cloud.call("ListExecutions", {
      stateMachineArn,
      statusFilter: "RUNNING",
      maxResults: 2,
      nextToken,
    });
    names.push(...answer.executions.map(({ name }: { name: string }) => name));
    nextToken = answer.nextToken;
    if (!nextToken) break;
  }
  expect(names).toEqual(["run-4", "run-3", "run-2", "run-1", "run-0"]);
  const { executions } = await cloud.call("ListExecutions", { stateMachineArn, statusFilter: "ABORTED" });
  expect(executions).toMatchObject([{ name: "stopped", status: "ABORTED" }]);
});

test("the history comes in pages, in both directions, and without data where none is asked for", async () => {
  const cloud = new Cloud();
  const executionArn = await cloud.start(await cloud.machine(ECHO), { secret: 1 });
  const first = await cloud.call("GetExecutionHistory", { executionArn, maxResults: 3 });
  expect(first.events.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3]);
  const rest = await cloud.call("GetExecutionHistory", { executionArn, nextToken: first.nextToken });
  expect(rest).toMatchObject({ events: [{ id: 4, type: "ExecutionSucceeded" }] });
  const newest = await cloud.call("GetExecutionHistory", { executionArn, reverseOrder: true, maxResults: 1 });
  expect(newest.events[0].id).toBe(4);
  const { events } = await cloud.call("GetExecutionHistory", { executionArn, includeExecutionData: false });
  expect(JSON.stringify(events)).not.toContain("secret");
});

test("StopExecution ends an execution with what the caller says, and with nothing where he says nothing", async () => {
  const cloud = new Cloud();
  const machine = await cloud.machine(NAP);
  const executionArn = await cloud.start(machine);
  await cloud.call("StopExecution", { executionArn, error: "Manual", cause: "enough" });
  expect(await cloud.describe(executionArn)).toMatchObject({
    status: "ABORTED",
    error: "Manual",
    cause: "enough",
  });
  const silent = await cloud.start(machine);
  await cloud.call("StopExecution", { executionArn: silent });
  expect((await cloud.history(silent)).at(-1)).toMatchObject({
    id: 3,
    previousEventId: 0,
    type: "ExecutionAborted",
    executionAbortedEventDetails: {},
  });
  await cloud.pass(100);
  expect(await cloud.describe(silent)).toMatchObject({ status: "ABORTED" });
});

test("a redrive continues where it failed and keeps what had succeeded", async () => {
  let healthy = false;
  const calls: string[] = [];
  const lambda = functions({
    work: (item: string) => {
      calls.push(item);
      if (item === "b" && !healthy) throw new Error("broken");
      return item.toUpperCase();
    },
  });
  const cloud = new Cloud({ services: { lambda } });
  const arn = await cloud.start(
    await cloud.machine({
      First: {
        Type: "Task",
        Resource: functionArn("work"),
        InputPath: "$[0]",
        ResultPath: null,
        Next: "Each",
      },
      Each: {
        Type: "Map",
        MaxConcurrency: 1,
        ItemProcessor: {
          StartAt: "Work",
          States: { Work: { Type: "Task", Resource: functionArn("work"), End: true } },
        },
        End: true,
      },
    }),
    ["a", "b", "c"],
  );
  expect(await cloud.describe(arn)).toMatchObject({ status: "FAILED", redriveStatus: "REDRIVABLE" });
  expect(calls).toEqual(["a", "a", "b"]);
  healthy = true;
  await cloud.call("RedriveExecution", { executionArn: arn });
  await cloud.settle();
  expect(calls).toEqual(["a", "a", "b", "b", "c"]);
  expect(await cloud.describe(arn)).toMatchObject({
    status: "SUCCEEDED",
    redriveCount: 1,
    output: ["A", "B", "C"],
  });
  expect(await cloud.types(arn)).toContain("ExecutionRedriven");
  await expect(cloud.call("RedriveExecution", { executionArn: arn })).rejects.toMatchObject({
    code: "ExecutionNotRedrivable",
    message: "Execution is SUCCEEDED and cannot be redriven",
  });
});

test("running executions keep the definition they started with; versions and aliases keep theirs", async () => {
  const cloud = new Cloud();
  const stateMachineArn = await cloud.machine({
    ...NAP,
    Nap: { Type: "Wait", Seconds: 60, Next: "Say" },
    Say: { Type: "Pass", Result: 1, End: true },
  });
  const running = await cloud.start(stateMachineArn);
  const { stateMachineVersionArn } = await cloud.call("PublishStateMachineVersion", { stateMachineArn });
  expect(stateMachineVersionArn).toBe(`${stateMachineArn}:1`);
  const { stateMachineAliasArn } = await cloud.call("CreateStateMachineAlias", {
    name: "live",
    routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
  });
  const second = JSON.stringify({ StartAt: "Say", States: { Say: { Type: "Pass", Result: 2, End: true } } });
  await cloud.call("UpdateStateMachine", { stateMachineArn, definition: second });
  const [latest, live] = [await cloud.start(stateMachineArn), await cloud.start(stateMachineAliasArn)];
  await cloud.pass(60);
  expect((await cloud.describe(running)).output).toBe(1);
  expect((await cloud.describe(latest)).output).toBe(2);
  expect(await cloud.describe(live)).toMatchObject({
    output: 1,
    stateMachineAliasArn,
    stateMachineVersionArn,
  });
  await expect(cloud.call("DeleteStateMachineVersion", { stateMachineVersionArn })).rejects.toMatchObject({
    code: "ConflictException",
  });
});

test("creating the same state machine again is answered the same, a different one of that name is refused", async () => {
  const cloud = new Cloud();
  const create = (seconds: number) =>
    cloud.call("CreateStateMachine", {
      name: "nap",
      roleArn: "arn:aws:iam::000000000000:role/machine",
      definition: JSON.stringify({
        StartAt: "Nap",
        States: { Nap: { Type: "Wait", Seconds: seconds, End: true } },
      }),
    });
  const first = await create(1);
  expect(await create(1)).toEqual(first);
  await expect(create(2)).rejects.toMatchObject({ code: "StateMachineAlreadyExists" });
  await expect(cloud.machine({ A: { Type: "Pass", Next: "Nowhere" } })).rejects.toMatchObject({
    code: "InvalidDefinition",
  });
  await cloud.call("DeleteStateMachine", first);
  await expect(cloud.start(first.stateMachineArn)).rejects.toMatchObject({
    code: "StateMachineDoesNotExist",
  });
});

test("an activity's tasks go to one worker each, in order, by long poll", async () => {
  const cloud = new Cloud();
  const { activityArn } = await cloud.call("CreateActivity", { name: "paint" });
  const polls = [1, 2].map((worker) =>
    cloud.call("GetActivityTask", { activityArn, workerName: `w${worker}` }),
  );
  const machine = await cloud.machine({
    Paint: { Type: "Task", Resource: activityArn, TimeoutSeconds: 30, End: true },
  });
  const arns = [await cloud.start(machine, "wall"), await cloud.start(machine, "door")];
  const tasks = await Promise.all(polls);
  expect(tasks.map(({ input }) => input).sort()).toEqual(['"door"', '"wall"']);
  for (const { taskToken, input } of tasks) await cloud.call("SendTaskSuccess", { taskToken, output: input });
  expect((await cloud.describe(arns[0]!)).output).toBe("wall");
  expect(await cloud.types(arns[0]!)).toEqual([
    "ExecutionStarted",
    "TaskStateEntered",
    "ActivityScheduled",
    "ActivityStarted",
    "ActivitySucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
  ]);
  const idle = cloud.call("GetActivityTask", { activityArn });
  await cloud.pass(60);
  expect(await idle).toEqual({});
  const nameless = cloud.call("GetActivityTask", { activityArn });
  const executionArn = await cloud.start(machine, "roof");
  await nameless;
  const { events } = await cloud.call("GetExecutionHistory", { executionArn });
  expect(events.find(({ type }: any) => type === "ActivityStarted").activityStartedEventDetails).toEqual({});
});

test("an EXPRESS state machine answers a synchronous start", async () => {
  const cloud = new Cloud();
  const stateMachineArn = await cloud.machine(NAP, { type: "EXPRESS" });
  const answer = cloud.call("StartSyncExecution", { stateMachineArn, input: '"x"' });
  await cloud.pass(60);
  expect(await answer).toMatchObject({ status: "SUCCEEDED", output: '"x"', stopDate: START / 1000 + 60 });
  const failing = await cloud.machine({ No: { Type: "Fail", Error: "No" } }, { type: "EXPRESS" });
  expect(await cloud.call("StartSyncExecution", { stateMachineArn: failing })).toMatchObject({
    status: "FAILED",
    error: "No",
    outputDetails: { included: true },
  });
  const standard = { stateMachineArn: await cloud.machine(NAP) };
  await expect(cloud.call("StartSyncExecution", standard)).rejects.toMatchObject({
    code: "StateMachineTypeNotSupported",
  });
});

test("every change of status of a STANDARD execution is an event on the default bus", async () => {
  const entries: any[] = [];
  const PutEvents: Operation = ({ Entries }, { caller }) => {
    expect(caller).toBe("states.amazonaws.com");
    entries.push(...Entries);
    return { FailedEntryCount: 0, Entries: [{ EventId: "1" }] };
  };
  const cloud = new Cloud({ services: { events: { PutEvents } } });
  const arn = await cloud.start(await cloud.machine(NAP), { a: 1 });
  await cloud.pass(60);
  expect(entries).toMatchObject([
    { Source: "aws.states", DetailType: "Step Functions Execution Status Change", Resources: [arn] },
    { Source: "aws.states", Resources: [arn] },
  ]);
  expect(entries.map(({ Detail }) => JSON.parse(Detail))).toMatchObject([
    {
      executionArn: arn,
      status: "RUNNING",
      startDate: START,
      stopDate: null,
      input: '{"a":1}',
      output: null,
    },
    { executionArn: arn, status: "SUCCEEDED", stopDate: START + 60_000, output: '{"a":1}' },
  ]);
});

test("the same seed gives the same history", async () => {
  const play = async () => {
    const { service } = queue();
    const cloud = new Cloud({ services: { sqs: service } });
    const arn = await cloud.start(await cloud.machine({ Ask: callback({ TimeoutSeconds: 5 }) }));
    await cloud.pass(10);
    return JSON.stringify(await cloud.history(arn));
  };
  expect(await play()).toBe(await play());
});

test("a task of an activity that is not there ends the execution", async () => {
  const cloud = new Cloud();
  const { activityArn } = await cloud.call("CreateActivity", { name: "gone" });
  await cloud.call("DeleteActivity", { activityArn });
  expect(await cloud.run({ Work: { Type: "Task", Resource: activityArn, End: true } })).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause: expect.stringContaining(`The activity ${activityArn} does not exist.`),
  });
});

test("a wait of more seconds than 32 bits count ends the execution", async () => {
  const cloud = new Cloud();
  const until = (days: number) => ({ at: new Date(START + days * 86_400_000).toISOString() });
  const machine = await cloud.machine({ Nap: { Type: "Wait", TimestampPath: "$.at", End: true } });
  expect(await cloud.describe(await cloud.start(machine, until(24_855)))).toMatchObject({
    status: "RUNNING",
  });
  expect(await cloud.describe(await cloud.start(machine, until(24_856)))).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause: expect.stringContaining("Wait state delay is too long."),
  });
});

test("a revision is published once", async () => {
  const cloud = new Cloud();
  const stateMachineArn = await cloud.machine({ Say: { Type: "Pass", End: true } });
  const publish = async (Result: number) => {
    const definition = JSON.stringify({
      StartAt: "Say",
      States: { Say: { Type: "Pass", Result, End: true } },
    });
    const updated = await cloud.call("UpdateStateMachine", { stateMachineArn, definition, publish: true });
    return updated.stateMachineVersionArn;
  };
  expect([await publish(1), await publish(1), await publish(2)]).toEqual([
    `${stateMachineArn}:1`,
    `${stateMachineArn}:1`,
    `${stateMachineArn}:2`,
  ]);
});

test("what no one encrypts otherwise is described as under the service's own key", async () => {
  const cloud = new Cloud();
  const stateMachineArn = await cloud.machine({ Say: { Type: "Pass", End: true } });
  const executionArn = await cloud.start(stateMachineArn);
  const { activityArn } = await cloud.call("CreateActivity", { name: "work" });
  for (const [operation, input] of [
    ["DescribeStateMachine", { stateMachineArn }],
    ["DescribeStateMachineForExecution", { executionArn }],
    ["DescribeActivity", { activityArn }],
  ] as const) {
    expect(await cloud.call(operation, input)).toMatchObject({
      encryptionConfiguration: { type: "AWS_OWNED_KEY" },
    });
  }
});
