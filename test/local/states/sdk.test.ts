import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  InvalidDefinition,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  TestStateCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { ACTOR, eventually, ROLE, served } from "../cloud/served.ts";

const { client } = await served({ Role: ACTOR });
const sfn = new SFNClient(client);

const create = async (name: string, states: object, type: "STANDARD" | "EXPRESS" = "STANDARD") => {
  const definition = JSON.stringify({ StartAt: "First", QueryLanguage: "JSONata", States: states });
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({ name, definition, roleArn: ROLE, type }),
  );
  return stateMachineArn!;
};
const done = (executionArn: string | undefined) =>
  eventually(async () => {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === "RUNNING" ? undefined : execution;
  });

test("a state machine runs; its execution, history and lists return with dates", async () => {
  const stateMachineArn = await create("greet", {
    First: { Type: "Pass", Output: { hello: "{% $states.input.name %}" }, End: true },
  });
  const input = JSON.stringify({ name: "Ada" });
  const start = new StartExecutionCommand({ stateMachineArn, name: "one", input });
  const { executionArn, startDate } = await sfn.send(start);
  expect(startDate).toBeInstanceOf(Date);
  const execution = await done(executionArn);
  expect(execution).toMatchObject({ status: "SUCCEEDED", input, output: '{"hello":"Ada"}' });
  expect(execution.stopDate!.getTime()).toBeGreaterThanOrEqual(startDate!.getTime());

  const types: (string | undefined)[] = [];
  for await (const { events } of paginateGetExecutionHistory({ client: sfn, pageSize: 2 }, { executionArn }))
    types.push(...events!.map(({ type }) => type));
  expect(types).toEqual(["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]);

  const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions).toMatchObject([{ executionArn, name: "one", status: "SUCCEEDED" }]);
  const other = new StartExecutionCommand({ stateMachineArn, name: "one", input: "{}" });
  await expect(sfn.send(other)).rejects.toThrow(ExecutionAlreadyExists);
});

test("a worker takes a task and completes it; another execution is stopped", async () => {
  const { activityArn } = await sfn.send(new CreateActivityCommand({ name: "by-hand" }));
  const stateMachineArn = await create("wait", {
    First: { Type: "Task", Resource: activityArn, End: true },
  });
  const start = () => sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"n":1}' }));
  const { executionArn } = await start();
  const { taskToken, input } = await sfn.send(new GetActivityTaskCommand({ activityArn, workerName: "me" }));
  expect(JSON.parse(input!)).toEqual({ n: 1 });
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"n":2}' }));
  expect(await done(executionArn)).toMatchObject({ status: "SUCCEEDED", output: '{"n":2}' });

  const second = await start();
  const stop = { executionArn: second.executionArn, error: "Tests.Stop", cause: "enough" };
  await sfn.send(new StopExecutionCommand(stop));
  expect(await done(second.executionArn)).toMatchObject({ status: "ABORTED", error: "Tests.Stop" });
  const newest = { executionArn: second.executionArn, reverseOrder: true, maxResults: 1 };
  const { events } = await sfn.send(new GetExecutionHistoryCommand(newest));
  expect(events).toMatchObject([
    { type: "ExecutionAborted", executionAbortedEventDetails: { error: "Tests.Stop", cause: "enough" } },
  ]);
});

test("an express machine answers at once", async () => {
  const states = { First: { Type: "Pass", Output: "{% $states.input.n + 1 %}", End: true } };
  const stateMachineArn = await create("quick", states, "EXPRESS");
  const run = new StartSyncExecutionCommand({ stateMachineArn, input: '{"n":1}' });
  // The SDK sends this to a host name with the prefix "sync-", which a local endpoint has not.
  const direct = new SFNClient({ ...client, disableHostPrefix: true });
  expect(await direct.send(run)).toMatchObject({ status: "SUCCEEDED", output: "2" });
});

test("machines are listed, described, and deleted; a wrong definition is refused", async () => {
  const stateMachineArn = await create("short", { First: { Type: "Succeed" } });
  const { stateMachines } = await sfn.send(new ListStateMachinesCommand({}));
  expect(stateMachines!.map(({ name }) => name)).toContain("short");
  const machine = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(machine).toMatchObject({ status: "ACTIVE", type: "STANDARD", creationDate: expect.any(Date) });
  await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));

  await expect(create("wrong", { First: { Type: "Pass", Next: "Nowhere" } })).rejects.toThrow(
    InvalidDefinition,
  );
  const definition = JSON.stringify({ StartAt: "Gone", States: { First: { Type: "Succeed" } } });
  const { result, diagnostics } = await sfn.send(new ValidateStateMachineDefinitionCommand({ definition }));
  expect([result, diagnostics!.length > 0]).toEqual(["FAIL", true]);
});

test("one state is tried out", async () => {
  const definition = JSON.stringify({ Type: "Pass", Parameters: { "n.$": "$.a" }, Next: "B" });
  const tried = new TestStateCommand({ definition, roleArn: ROLE, input: '{"a":3}' });
  const direct = new SFNClient({ ...client, disableHostPrefix: true });
  expect(await direct.send(tried)).toMatchObject({ status: "SUCCEEDED", output: '{"n":3}', nextState: "B" });
});
