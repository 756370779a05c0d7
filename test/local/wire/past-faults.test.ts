import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { assemblyOf } from "../cloud/assembly.ts";

/** Input that once was answered with a fault, or never. `bench/soak/fuzz.ts` looks for more. */

let cloud: Cloud;
beforeAll(async () => {
  const assembly = assemblyOf({ Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "q" } } });
  cloud = await startCloud({ assembly, data: undefined, port: 0 });
});
afterAll(() => cloud.close());

async function answer(path: string, headers: Record<string, string>, body?: string, method = "POST") {
  const response = await fetch(cloud.endpoint + path, { method, headers, body });
  return { status: response.status, ...JSON.parse(await response.text()) };
}

const call = (target: string, input: unknown) =>
  answer("/", { "x-amz-target": target }, JSON.stringify(input));

const testState = (state: object, input: unknown) =>
  call("AWSStepFunctions.TestState", {
    definition: JSON.stringify({ Type: "Pass", End: true, ...state }),
    input: JSON.stringify(input),
    roleArn: "arn:aws:iam::000000000000:role/r",
  });

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

const QueueUrl = "http://127.0.0.1/000000000000/q";

test.each([
  ["AmazonSQS.ChangeMessageVisibility", { QueueUrl: [null] }, "QueueUrl must be a string."],
  ["AmazonSQS.ReceiveMessage", { QueueUrl, AttributeNames: 1 }, "AttributeNames must be a list."],
  ["AmazonSQS.SendMessageBatch", { QueueUrl, Entries: [null] }, "Entries[0] must be a structure."],
  ["AmazonSQS.CreateQueue", { QueueName: "x", Attributes: [] }, "Attributes must be a structure."],
  [
    "AmazonSQS.SendMessage",
    { QueueUrl, MessageBody: "m", DelaySeconds: "1" },
    "DelaySeconds must be a number.",
  ],
  ["Logs_20140328.DeleteResourcePolicy", { policyName: [] }, "policyName must be a string."],
])("%s refuses JSON of another type", async (target, input, message) => {
  expect(await call(target, input)).toMatchObject({
    status: 400,
    __type: expect.stringMatching(/SerializationException$/),
    message,
  });
});

test("an explicit null counts as a missing member", async () => {
  expect(await call("AmazonSQS.CreateQueue", { QueueName: "nulls", Attributes: null })).toMatchObject({
    status: 200,
    QueueUrl: expect.stringContaining("/nulls"),
  });
});

test.each([
  ["AWSStepFunctions.GetExecutionHistory", { executionArn: "x", maxResults: { S: 5 } }],
  ["Logs_20140328.PutResourcePolicy", {}],
  ["Logs_20140328.DeleteMetricFilter", { logGroupName: "g" }],
])("%s refuses missing members, and those of another type", async (target, input) => {
  expect((await call(target, input)).status).toBe(400);
});

const UNPRINTABLE = [{ toString: 1 }];

test.each([
  ["scheduler", "/schedules/s", { FlexibleTimeWindow: { Mode: UNPRINTABLE } }],
  [
    "lambda",
    "/2015-03-31/event-source-mappings/",
    { FunctionName: "f", FilterCriteria: { Filters: [null] } },
  ],
  ["lambda", "/2015-03-31/event-source-mappings/", { FunctionName: UNPRINTABLE }],
  ["lambda", "/2015-03-31/event-source-mappings/", { FunctionName: "f", BatchSize: UNPRINTABLE }],
  [
    "lambda",
    "/2015-03-31/event-source-mappings/",
    { FunctionName: "f", FunctionResponseTypes: [UNPRINTABLE, 1] },
  ],
])("%s %s refuses structures in place of texts, and the reverse", async (service, path, input) => {
  const authorization = `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request`;
  expect(await answer(path, { authorization }, JSON.stringify(input))).toMatchObject({
    status: 400,
    message: expect.stringMatching(/failed to satisfy constraint/),
  });
});

test.each(["{}", '{"Statement":[null]}', '{"Statement":{"Effect":"Perhaps"}}'])(
  "the policy %s of a queue is refused, since no caller could be authorized by it",
  async (Policy) => {
    const refused = await call("AmazonSQS.SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining("Policy") });
  },
);

test("an unknown query language is a diagnostic of the definition", async () => {
  const States = { P: { Type: "Pass", QueryLanguage: { toString: 1 }, Parameters: {}, End: true } };
  const definition = JSON.stringify({ StartAt: "P", States });
  const { status, result } = await call("AWSStepFunctions.ValidateStateMachineDefinition", { definition });
  expect({ status, result }).toEqual({ status: 200, result: "FAIL" });
});

test("an execution fails if its data are nested too deeply", async () => {
  const P = { Type: "Pass", Parameters: { "t.$": "States.Format('{}', $)" }, End: true };
  const { stateMachineArn } = await call("AWSStepFunctions.CreateStateMachine", {
    name: "deep",
    roleArn: "arn:aws:iam::000000000000:role/r",
    definition: JSON.stringify({ StartAt: "P", States: { P } }),
  });
  const { executionArn } = await call("AWSStepFunctions.StartExecution", {
    stateMachineArn,
    input: nested(4_000),
  });
  await cloud.kernel.work.idle();
  expect(await call("AWSStepFunctions.DescribeExecution", { executionArn })).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause: expect.stringMatching(/the state 'P' .* The data is nested too deeply\.$/),
  });
});

test("an empty member name is refused like any other", async () => {
  const authorization = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/scheduler/aws4_request";
  const refused = await answer("/schedules/s", { authorization }, JSON.stringify({ "": {} }), "PUT");
  expect(refused.status).toBe(400);
});

test("nesting beyond what recursion reads is refused", async () => {
  const definition = JSON.stringify({
    StartAt: "P",
    States: { P: { Type: "Pass", Parameters: "deep", End: true } },
  }).replace('"deep"', nested(20_000));
  const refused = await call("AWSStepFunctions.ValidateStateMachineDefinition", { definition });
  expect(refused).toMatchObject({ status: 400, message: "The request is nested too deeply." });
});

test.each(["/(a|a)*b/", "/(a|a)*b/i", "/(?=(a|a)*b)a/"])(
  "the regular expression %s ends, on a text on which it would backtrack forever",
  async (expression) => {
    const Output = `{% $match($states.input.s, ${expression}) ? 1 : 2 %}`;
    const { status, error, output } = await testState(
      { QueryLanguage: "JSONata", Output },
      { s: "a".repeat(60) },
    );
    expect(status === "FAILED" ? error : output).toMatch(/^(2|States\.QueryEvaluationError)$/);
  },
);

test("while an expression takes long, other requests are answered", async () => {
  const order: string[] = [];
  const Output = "{% $count($map([1..60000], function($n) { $n * 2 })) %}";
  const long = testState({ QueryLanguage: "JSONata", Output }, {}).then(({ output }) => {
    order.push("long");
    return output;
  });
  const short = call("AmazonSQS.ListQueues", {}).then(() => order.push("short"));
  await Promise.all([long, short]);
  expect(order).toEqual(["short", "long"]);
  expect(await long).toBe("60000");
});
