import { expect, test } from "vitest";
import { ServiceError } from "../../../../local/kernel/errors.ts";
import type { CallContext, Operation } from "../../../../local/kernel/service.ts";
import { logsService } from "../../../../local/logs/service.ts";
import { secretsManagerService } from "../../../../local/secretsmanager/service.ts";
import { Cloud, functionArn, functions } from "./cloud.ts";

const task = (Resource: string, more: object = {}) => ({
  Call: { Type: "Task", Resource: `arn:aws:states:::${Resource}`, End: true, ...more },
});

/** A service that remembers how it was called. */
function recorded(answer: (input: any) => unknown): {
  operation: Operation;
  calls: any[];
  callers: string[];
} {
  const calls: any[] = [];
  const callers: string[] = [];
  const operation = (input: any, { caller }: CallContext) => {
    calls.push(input);
    callers.push(caller);
    return answer(input);
  };
  return { operation, calls, callers };
}

test("calls are made as the state machine's role, or as the one that the state names", async () => {
  const { operation, callers } = recorded(() => ({ Item: { id: { S: "1" } } }));
  const cloud = new Cloud({ services: { dynamodb: { GetItem: operation } } });
  const Parameters = { TableName: "t", Key: { "id.$": "$.key" } };
  const { output } = await cloud.run(task("dynamodb:getItem", { Parameters }), { key: { S: "1" } });
  expect(output).toMatchObject({ Item: { id: { S: "1" } }, SdkHttpMetadata: { HttpStatusCode: 200 } });
  const Credentials = { RoleArn: "arn:aws:iam::000000000000:role/other" };
  await cloud.run(task("dynamodb:getItem", { Parameters, Credentials }), { key: { S: "1" } });
  expect(callers).toEqual(["arn:aws:iam::000000000000:role/machine", Credentials.RoleArn]);
});

test("what a service refuses is an error under its name there", async () => {
  const refuse = (code: string, status = 400): Operation => {
    return () => {
      throw new ServiceError(code, "no", { status });
    };
  };
  const cloud = new Cloud({
    services: {
      dynamodb: {
        PutItem: refuse("ConditionalCheckFailedException"),
        GetItem: refuse("ValidationException"),
      },
      sqs: { SendMessage: refuse("QueueDoesNotExist") },
      lambda: { Invoke: refuse("ResourceNotFoundException", 404) },
    },
  });
  const errorOf = async (
    resource: string,
    Parameters: object = { QueueUrl: "q", MessageBody: "b", FunctionName: "f" },
  ) => (await cloud.run(task(resource, { Parameters }))).error;
  expect(await errorOf("dynamodb:putItem")).toBe("DynamoDB.ConditionalCheckFailedException");
  expect(await errorOf("dynamodb:getItem")).toBe("DynamoDB.AmazonDynamoDBException");
  expect(await errorOf("sqs:sendMessage")).toBe("SQS.QueueDoesNotExistException");
  expect(await errorOf("lambda:invoke")).toBe("Lambda.ResourceNotFoundException");
  expect(await errorOf("aws-sdk:dynamodb:putItem")).toBe("DynamoDb.ConditionalCheckFailedException");
  expect(await errorOf("aws-sdk:dynamodb:getItem")).toBe("DynamoDb.DynamoDbException");
});

test("lambda:invoke answers the payload, and a function's error is the task's", async () => {
  class Teapot extends Error {
    override name = "Teapot";
  }
  const lambda = functions({
    double: ({ number }: { number: number }) => {
      if (number < 0) throw new Teapot("short and stout");
      return { number: number * 2 };
    },
  });
  const cloud = new Cloud({ services: { lambda } });
  const states = task("lambda:invoke", {
    Parameters: { FunctionName: functionArn("double"), "Payload.$": "$" },
  });
  expect((await cloud.run(states, { number: 4 })).output).toMatchObject({
    ExecutedVersion: "$LATEST",
    Payload: { number: 8 },
    StatusCode: 200,
  });
  const failed = await cloud.run(states, { number: -1 });
  expect(failed).toMatchObject({ status: "FAILED", error: "Teapot" });
  expect(JSON.parse(failed.cause)).toMatchObject({ errorType: "Teapot", errorMessage: "short and stout" });
});

test("a payload that is null is none", async () => {
  const { operation, calls } = recorded(() => ({ StatusCode: 200, Payload: "{}" }));
  const cloud = new Cloud({ services: { lambda: { Invoke: operation } } });
  const FunctionName = functionArn("double");
  await cloud.run(task("lambda:invoke", { Parameters: { FunctionName, "Payload.$": "$" } }), null);
  expect(calls).toEqual([{ FunctionName }]);
});

test("a payload that is JSON as a text is sent as it is, another text as JSON", async () => {
  const cloud = new Cloud({ services: { lambda: functions({ echo: (payload) => payload }) } });
  const states = task("lambda:invoke", {
    Parameters: { FunctionName: functionArn("echo"), "Payload.$": "$" },
    OutputPath: "$.Payload",
  });
  for (const [given, taken] of [
    ['{"a":1}', { a: 1 }],
    ['"quoted"', "quoted"],
    ["plain", "plain"],
  ]) {
    expect((await cloud.run(states, given)).output).toEqual(taken);
  }
});

test("a member that is null is not sent, and what is missing then is the service's to refuse", async () => {
  const { operation, calls } = recorded(() => {
    throw new ServiceError("MissingRequiredParameterException", "no MessageBody", {
      details: { queryErrorCode: "MissingParameter" },
    });
  });
  const cloud = new Cloud({ services: { sqs: { SendMessage: operation } } });
  const Parameters = { QueueUrl: "q", MessageBody: null };
  expect(await cloud.run(task("sqs:sendMessage", { Parameters }))).toMatchObject({
    error: "SQS.AmazonSQSException",
    cause: expect.stringContaining("Error Code: MissingParameter;"),
  });
  expect(JSON.stringify(calls)).toBe('[{"QueueUrl":"q"}]');
});

test("events:putEvents takes details as JSON, and an entry that failed fails the task", async () => {
  const { operation, calls } = recorded(({ Entries }) => ({
    FailedEntryCount: Entries[0].Source ? 0 : 1,
    Entries: [
      Entries[0].Source ? { EventId: "1" } : { ErrorCode: "InvalidArgument", ErrorMessage: "no source" },
    ],
  }));
  const cloud = new Cloud();
  cloud.kernel.register({
    name: "events",
    operations: { PutEvents: (input, context) => (isOwn(input) ? OK : operation(input, context)) },
  });
  const states = (Source: string) =>
    task("events:putEvents", { Parameters: { Entries: [{ Source, DetailType: "t", Detail: { a: 1 } }] } });
  expect((await cloud.run(states("shop"))).output).toEqual({
    FailedEntryCount: 0,
    Entries: [{ EventId: "1" }],
  });
  expect(calls[0].Entries[0].Detail).toBe('{"a":1}');
  expect(await cloud.run(states(""))).toMatchObject({ status: "FAILED", error: "EventBridge.FailedEntry" });
});

test("events:putEvents adds the state machine and the execution to each entry's resources", async () => {
  const { operation, calls } = recorded(() => ({
    FailedEntryCount: 0,
    Entries: [{ EventId: "1" }, { EventId: "2" }],
  }));
  const cloud = new Cloud();
  cloud.kernel.register({
    name: "events",
    operations: { PutEvents: (input, context) => (isOwn(input) ? OK : operation(input, context)) },
  });
  const entry = { Source: "shop", DetailType: "t", Detail: {} };
  const Entries = [entry, { ...entry, Resources: ["order"] }];
  const machine = await cloud.machine(task("events:putEvents", { Parameters: { Entries } }));
  const execution = await cloud.start(machine);
  expect(calls[0].Entries.map(({ Resources }: { Resources: string[] }) => Resources)).toEqual([
    [machine, execution],
    ["order", machine, execution],
  ]);
});

const OK = { FailedEntryCount: 0, Entries: [{ EventId: "0" }] };
const isOwn = ({ Entries }: any) => Entries[0].Source === "aws.states";

test("aws-sdk integrations speak Pascal case whatever the service speaks", async () => {
  const cloud = new Cloud();
  const child = await cloud.machine({ Echo: { Type: "Pass", End: true } });
  const Parameters = { StateMachineArn: child, Name: "child", Input: { deep: [1] } };
  const { output } = await cloud.run(task("aws-sdk:sfn:startExecution", { Parameters }));
  expect(Object.keys(output).sort()).toEqual(["ExecutionArn", "StartDate"]);
  expect(await cloud.describe(output.ExecutionArn)).toMatchObject({
    status: "SUCCEEDED",
    output: { deep: [1] },
  });
});

test("aws-sdk:cloudwatchlogs writes and reads log events, whose times stay numbers", async () => {
  const cloud = new Cloud();
  cloud.kernel.register(logsService(cloud.kernel));
  await cloud.kernel.call("logs", "CreateLogGroup", { logGroupName: "g" });
  const stream = { LogGroupName: "g", LogStreamName: "s" };
  await cloud.run(task("aws-sdk:cloudwatchlogs:createLogStream", { Parameters: stream }));
  const Timestamp = cloud.clock.now();
  const LogEvents = [{ Message: "m", Timestamp }];
  await cloud.run(task("aws-sdk:cloudwatchlogs:putLogEvents", { Parameters: { ...stream, LogEvents } }));
  const { output } = await cloud.run(task("aws-sdk:cloudwatchlogs:getLogEvents", { Parameters: stream }));
  expect(output.Events).toMatchObject([{ Message: "m", Timestamp, IngestionTime: expect.any(Number) }]);
  const { error } = await cloud.run(task("aws-sdk:cloudwatchlogs:createLogStream", { Parameters: stream }));
  expect(error).toBe("CloudWatchLogs.ResourceAlreadyExistsException");
});

test.each([
  ["text", '"text"'],
  [{ deep: [1] }, '{"deep":[1]}'],
  [0, "0"],
])("aws-sdk:s3:putObject writes the JSON of its body, as text with a checksum: %j", async (Body, written) => {
  const { operation, calls } = recorded(() => ({ ETag: '"e"' }));
  const cloud = new Cloud({ services: { s3: { PutObject: operation } } });
  const Parameters = { Bucket: "b", Key: "k", Body };
  await cloud.run(task("aws-sdk:s3:putObject", { Parameters }));
  await cloud.run(task("aws-sdk:s3:putObject", { Parameters: { ...Parameters, ContentType: "a/b" } }));
  const usual = { Bucket: "b", Key: "k", Body: written, ChecksumAlgorithm: "CRC32" };
  expect(calls).toEqual([
    { ...usual, ContentType: "text/plain; charset=UTF-8" },
    { ...usual, ContentType: "a/b" },
  ]);
});

test("a child execution's end is the task's: parsed for sync:2, as text for sync, its failure as States.TaskFailed", async () => {
  const cloud = new Cloud();
  const child = await cloud.machine({
    Nap: { Type: "Wait", Seconds: 10, Next: "Ok" },
    Ok: { Type: "Choice", Choices: [{ Variable: "$.ok", BooleanEquals: true, Next: "Yes" }], Default: "No" },
    Yes: { Type: "Succeed" },
    No: { Type: "Fail", Error: "Unwell", Cause: "fever" },
  });
  const run = (pattern: string, ok: boolean) =>
    cloud.run(
      task(`states:startExecution.${pattern}`, { Parameters: { StateMachineArn: child, Input: { ok } } }),
    );
  expect((await run("sync:2", true)).output).toMatchObject({ Status: "SUCCEEDED", Output: { ok: true } });
  expect((await run("sync", true)).output).toMatchObject({ Status: "SUCCEEDED", Output: '{"ok":true}' });
  const failed = await run("sync:2", false);
  expect(failed).toMatchObject({ status: "FAILED", error: "States.TaskFailed" });
  expect(JSON.parse(failed.cause)).toMatchObject({ Status: "FAILED", Error: "Unwell", Cause: "fever" });
});

test("an execution that waits for a child and is stopped stops the child", async () => {
  const cloud = new Cloud();
  const child = await cloud.machine({ Nap: { Type: "Wait", Seconds: 10, End: true } });
  const Parameters = { StateMachineArn: child, Name: "child" };
  const parent = await cloud.start(await cloud.machine(task("states:startExecution.sync", { Parameters })));
  await cloud.call("StopExecution", { executionArn: parent });
  await cloud.settle();
  const { executions } = await cloud.call("ListExecutions", { stateMachineArn: child });
  expect(executions).toMatchObject([{ name: "child", status: "ABORTED" }]);
});

test("an integration that is not served fails the task by its name", async () => {
  const { error, cause } = await new Cloud().run(task("glue:startJobRun", { Parameters: { JobName: "j" } }));
  expect(error).toBe("glue.UnknownOperationException");
  expect(cause).toContain("glue:startJobRun");
});

test("a token handed to a child execution may end the task before the child does", async () => {
  const cloud = new Cloud();
  const child = await cloud.machine({ Nap: { Type: "Wait", Seconds: 100, End: true } });
  const Parameters = { StateMachineArn: child, Name: "child", Input: { "token.$": "$$.Task.Token" } };
  const arn = await cloud.start(await cloud.machine(task("states:startExecution.sync", { Parameters })));
  const { executions } = await cloud.call("ListExecutions", { stateMachineArn: child });
  const { token } = JSON.parse((await cloud.describe(executions[0].executionArn)).input);
  await cloud.call("SendTaskSuccess", { taskToken: token, output: '"early"' });
  expect(await cloud.describe(arn)).toMatchObject({ status: "SUCCEEDED", output: "early" });
});

test("a secret's name that cannot be is an error that the SDK has no class for", async () => {
  const cloud = new Cloud();
  cloud.kernel.register(secretsManagerService(cloud.kernel));
  const Parameters = { Name: "Invalid Name", SecretString: "s" };
  const { error } = await cloud.run(task("aws-sdk:secretsmanager:createSecret", { Parameters }));
  expect(error).toBe("SecretsManager.SecretsManagerException");
});
