import { expect, test } from "vitest";
import { Cloud } from "./cloud.ts";

const ROLE = "arn:aws:iam::000000000000:role/machine";

function testState(state: object, more: Record<string, unknown> = {}) {
  const { input = {}, ...rest } = more;
  return new Cloud().call("TestState", {
    definition: JSON.stringify(state),
    roleArn: ROLE,
    input: JSON.stringify(input),
    ...rest,
  });
}

const TASK = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: "f", "Payload.$": "$.a" },
  ResultPath: "$.result",
  Next: "After",
};

test("the data is shown at each stage of its processing in the state", async () => {
  const mock = { result: '{"Payload":"2"}' };
  const answer = await testState(TASK, { input: { a: 1 }, inspectionLevel: "DEBUG", mock });
  expect(answer).toMatchObject({ status: "SUCCEEDED", nextState: "After" });
  const { inspectionData, output } = answer;
  expect(JSON.parse(output)).toEqual({ a: 1, result: { Payload: "2" } });
  expect(
    Object.fromEntries(
      Object.entries<string>(inspectionData).map(([name, text]) => [name, JSON.parse(text)]),
    ),
  ).toEqual({
    input: { a: 1 },
    afterInputPath: { a: 1 },
    afterParameters: { FunctionName: "f", Payload: 1 },
    result: { Payload: "2" },
    afterResultSelector: { Payload: "2" },
    afterResultPath: { a: 1, result: { Payload: "2" } },
  });
});

test("a mocked error is retried, caught, or fails, as the state says", async () => {
  const mock = { errorOutput: { error: "Busy", cause: "later" } };
  const Retry = [{ ErrorEquals: ["Busy"], IntervalSeconds: 3, MaxAttempts: 2 }];
  const Catch = [{ ErrorEquals: ["Busy"], Next: "Caught" }];
  expect(await testState({ ...TASK, Retry }, { mock, input: { a: 1 } })).toEqual({
    status: "RETRIABLE",
    error: "Busy",
    cause: "later",
  });
  const used = { mock, input: { a: 1 }, stateConfiguration: { retrierRetryCount: 2 } };
  expect(await testState({ ...TASK, Retry }, used)).toMatchObject({ status: "FAILED", error: "Busy" });
  expect(await testState({ ...TASK, Retry, Catch }, used)).toMatchObject({
    status: "CAUGHT_ERROR",
    nextState: "Caught",
    output: '{"Error":"Busy","Cause":"later"}',
  });
});

test("unsupported tests are refused", async () => {
  const pass = { Type: "Pass", End: true };
  await expect(testState(pass, { mock: { result: "{}" } })).rejects.toMatchObject({
    code: "ValidationException",
    message: "State type 'Pass' is not supported when a mock is specified",
  });
  await expect(testState(TASK, { roleArn: undefined })).rejects.toMatchObject({
    message: "RoleArn must be specified when testing a Task state",
  });
  const each = { Type: "Map", ItemProcessor: { StartAt: "P", States: { P: pass } }, End: true };
  const mocks: [object, object, string][] = [
    [
      TASK,
      { result: "{}", errorOutput: {} },
      "should have only one of the following fields: [result, errorOutput]",
    ],
    [TASK, { result: "no JSON" }, "Mocked result must be valid JSON"],
    [each, { result: "{}" }, "Mocked result must be an array."],
    [{ Type: "Parallel", Branches: [each.ItemProcessor], End: true }, { result: "1" }, "must be an array."],
  ];
  for (const [state, mock, message] of mocks) {
    await expect(testState(state, { mock })).rejects.toThrow(message);
  }
  const stateConfiguration = { mapIterationFailureCount: 1 };
  await expect(testState(each, { stateConfiguration })).rejects.toThrow(
    "TestState does not support MapIterationFailureCount when a mock is not specified.",
  );
  await expect(testState(pass, { context: '{"Map":{"Item":{}}}' })).rejects.toThrow(
    "'Map' field is not supported when mocking a Context object",
  );
  await expect(testState({ Type: "Nonsense" })).rejects.toMatchObject({ code: "InvalidDefinition" });
});

test("the result of a task in JSONata is shown", async () => {
  const task = { Type: "Task", Resource: TASK.Resource, QueryLanguage: "JSONata", Output: {}, End: true };
  const mock = { result: '{"StatusCode":200}' };
  const { inspectionData } = await testState(
    { ...task, Arguments: { FunctionName: "f" } },
    { mock, inspectionLevel: "DEBUG" },
  );
  expect(inspectionData).toEqual({
    input: "{}",
    afterArguments: '{"FunctionName":"f"}',
    result: mock.result,
  });
});

test("a Map or Parallel is tested with a mock", async () => {
  const branch = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
  await expect(testState({ Type: "Parallel", Branches: [branch], End: true })).rejects.toMatchObject({
    code: "InvalidDefinition",
    message: expect.stringContaining("does not support Map or Parallel states"),
  });
});

const call = (integration: string) => ({
  Type: "Task",
  Resource: `arn:aws:states:::${integration}`,
  Parameters: {},
  End: true,
});

test.each([
  ["events:putEvents", { Entries: "none" }, "Field 'Entries' must be an array"],
  ["events:putEvents", { Entries: [{ EventId: "1" }, { EventId: [] }] }, "Field 'EventId' must be a string"],
  ["states:startExecution", { executionArn: "a" }, "Required field 'ExecutionArn' is missing"],
  ["aws-sdk:sfn:startExecution", { ExecutionArn: "a", StartDate: 1 }, "Field 'StartDate' must be a string"],
  [
    "aws-sdk:kms:encrypt",
    { CiphertextBlob: "" },
    "Field 'CiphertextBlob' is smaller than the minimum length",
  ],
  ["lambda:invoke", { StatusCode: "200" }, "Field 'StatusCode' must be a number"],
  ["dynamodb:getItem", { Item: [] }, "Field 'Item' must be an object"],
  ["dynamodb:putItem", { Attributes: { a: { L: [{ BOOL: 1 }] } } }, "Field 'BOOL' must be a boolean"],
  ["aws-sdk:s3:getObject", { StorageClass: "Papyrus" }, "Field 'StorageClass' is not an expected value"],
  [
    "aws-sdk:lambda:getFunction",
    { Configuration: { MemorySize: 127 } },
    "Field 'MemorySize' is less than the minimum value",
  ],
  [
    "aws-sdk:lambda:getFunction",
    { Configuration: { MemorySize: 10_241 } },
    "Field 'MemorySize' exceeds the maximum value",
  ],
])(
  "a mocked result of %s that the API would not answer is refused: %j",
  async (integration, result, problem) => {
    const mock = { result: JSON.stringify(result) };
    await expect(testState(call(integration), { mock })).rejects.toMatchObject({
      code: "ValidationException",
      message: `Mock result schema validation error: ${problem}`,
    });
    const lenient = { mock: { ...mock, fieldValidationMode: "NONE" } };
    expect(await testState(call(integration), lenient)).toMatchObject({ status: "SUCCEEDED" });
  },
);

test("a mocked result may have fields that the API has not, and lack some where only the present are checked", async () => {
  const start = call("states:startExecution");
  const of = (result: object, fieldValidationMode?: string) =>
    testState(start, { mock: { result: JSON.stringify(result), fieldValidationMode } });
  expect(await of({}, "PRESENT")).toMatchObject({ status: "SUCCEEDED" });
  await expect(of({ ExecutionArn: 1 }, "PRESENT")).rejects.toThrow("Field 'ExecutionArn' must be a string");
  expect(await of({ ExecutionArn: "a", StartDate: "b", other: 1 })).toMatchObject({ status: "SUCCEEDED" });
  await expect(of({}, "LOOSE")).rejects.toThrow("Member must satisfy enum value set");
  const callback = call("sqs:sendMessage.waitForTaskToken");
  expect(await testState(callback, { mock: { result: '{"MessageId":1}' } })).toMatchObject({
    status: "SUCCEEDED",
  });
});
