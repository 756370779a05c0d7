import { describe, expect, test } from "vitest";
import { eventsService } from "../../../../local/events/service.ts";
import {
  OutboundError,
  type OutboundRequest,
  type OutboundResponse,
} from "../../../../local/kernel/outbound.ts";
import { secretsManagerService } from "../../../../local/secretsmanager/service.ts";
import { statesEngine } from "../../../../local/states/descriptor.ts";
import { Cloud } from "./cloud.ts";

const API = "https://api.example.com";
const PARAMETER = (Key: string, Value: string) => ({ Key, Value });
const KEY = { ApiKeyAuthParameters: { ApiKeyName: "x-owned-api-key", ApiKeyValue: "key" } };
/** As in the recording of an account that the expectations below are from. */
const MERGED = {
  BasicAuthParameters: { Username: "owned-user", Password: "owned-password" },
  InvocationHttpParameters: {
    HeaderParameters: [PARAMETER("x-shared", "connection-header")],
    QueryStringParameters: [
      PARAMETER("shared", "connection query"),
      PARAMETER("connectionOnly", "query-only"),
    ],
    BodyParameters: [PARAMETER("shared", "connection-body"), PARAMETER("connectionOnly", "body-only")],
  },
};

async function setUp(type = "API_KEY", AuthParameters: object = KEY) {
  const cloud = new Cloud();
  const { kernel } = cloud;
  const sent: OutboundRequest[] = [];
  const answers: { next: (request: OutboundRequest) => Partial<OutboundResponse> } = { next: () => ({}) };
  kernel.outbound = async (request) => {
    sent.push(request);
    return { status: 200, headers: [], body: Buffer.alloc(0), ...answers.next(request) };
  };
  kernel.register(secretsManagerService(kernel));
  kernel.register(eventsService(kernel));
  const { ConnectionArn } = await kernel.call("events", "CreateConnection", {
    Name: "c",
    AuthorizationType: type,
    AuthParameters,
  });
  const state = (parameters: object, more: object = {}) => ({
    Type: "Task",
    Resource: "arn:aws:states:::http:invoke",
    Parameters: {
      ApiEndpoint: `${API}/echo`,
      Method: "POST",
      Authentication: { ConnectionArn },
      ...parameters,
    },
    End: true,
    ...more,
  });
  return {
    cloud,
    kernel,
    sent,
    answers,
    state,
    ConnectionArn,
    run: (parameters: object, more: object = {}) => cloud.run({ Call: state(parameters, more) }),
  };
}

test("the request is merged with the connection as recorded: exact names, connection first, in place", async () => {
  const { run, sent } = await setUp("BASIC", MERGED);
  await run({
    Headers: { "X-Shared": "task-case-header", "x-shared": "lost", "x-task-only": "task-only" },
    QueryParameters: { taskOnly: "a+b & c", shared: "task" },
    RequestBody: { shared: { was: "an object" }, taskOnly: [1, "two"], nested: { a: "b" } },
  });
  const [{ method, url, headers, body }] = sent as [OutboundRequest];
  expect(method).toBe("POST");
  expect(url.href).toBe(
    `${API}/echo?taskOnly=a%2Bb%20%26%20c&shared=connection%20query&connectionOnly=query-only`,
  );
  expect(headers).toEqual([
    ["x-shared", "connection-header"],
    ["Authorization", "Basic b3duZWQtdXNlcjpvd25lZC1wYXNzd29yZA=="],
    ["X-Shared", "task-case-header"],
    ["x-task-only", "task-only"],
    ["Content-Type", "application/json; charset=UTF-8"],
    ["User-Agent", "Amazon|StepFunctions|HttpInvoke|us-east-1"],
    ["Range", "bytes=0-262144"],
  ]);
  expect(body).toBe(
    '{"shared":"connection-body","taskOnly":[1,"two"],"nested":{"a":"b"},"connectionOnly":"body-only"}',
  );
});

test.each([
  ["INDICES", "items%5B0%5D=red%20green&items%5B1%5D=blue%2Bgold"],
  [undefined, "items%5B0%5D=red%20green&items%5B1%5D=blue%2Bgold"],
  ["REPEAT", "items=red%20green&items=blue%2Bgold"],
  ["COMMAS", "items=red%20green%2Cblue%2Bgold"],
  ["BRACKETS", "items%5B%5D=red%20green&items%5B%5D=blue%2Bgold"],
])("a form with %s is encoded as recorded", async (ArrayFormat, items) => {
  const { run, sent } = await setUp("BASIC", MERGED);
  await run({
    Headers: { "content-type": "application/x-www-form-urlencoded" },
    RequestBody: {
      shared: "task-body",
      items: ["red green", "blue+gold"],
      nested: { enabled: true, count: 2 },
    },
    Transform: {
      RequestBodyEncoding: "URL_ENCODED",
      ...(ArrayFormat && { RequestEncodingOptions: { ArrayFormat } }),
    },
  });
  expect(sent[0]!.body).toBe(
    `shared=connection-body&${items}&nested%5Benabled%5D=true&nested%5Bcount%5D=2&connectionOnly=body-only`,
  );
  expect(sent[0]!.headers).toContainEqual(["content-type", "application/x-www-form-urlencoded"]);
});

test("a text is sent as it is, and cannot be merged with parameters of the connection", async () => {
  const plain = await setUp();
  await plain.run({ RequestBody: "owned raw string", Headers: { "content-type": "text/plain" } });
  expect(plain.sent[0]!.body).toBe("owned raw string");
  const merging = await setUp("BASIC", MERGED);
  const ended = await merging.run({ RequestBody: "owned raw string" });
  expect(ended).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause: "Cannot merge connection body authorization parameters with request body.",
  });
  expect(merging.sent).toEqual([]);
});

test("the result has headers as lists, a JSON body as JSON, and numbers with their digits", async () => {
  const { cloud, state, answers } = await setUp();
  answers.next = () => ({
    status: 201,
    headers: [
      ["Content-Type", "application/vnd.api+json; charset=utf-8"],
      ["Set-Cookie", "a"],
      ["Set-Cookie", "b"],
    ],
    body: Buffer.from('{"id":12345678901234567890}'),
  });
  const arn = await cloud.start(await cloud.machine({ Call: state({}) }));
  const { output } = await cloud.call("DescribeExecution", { executionArn: arn });
  expect(output).toBe(
    '{"Headers":{"Content-Type":["application/vnd.api+json; charset=utf-8"],"Set-Cookie":["a","b"]},"ResponseBody":{"id":12345678901234567890},"StatusCode":201,"StatusText":"Created"}',
  );
  expect(await cloud.types(arn)).toEqual([
    "ExecutionStarted",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
  ]);
});

test.each([
  [{ status: 204 }, { StatusCode: 204, StatusText: "No Content", Headers: {} }],
  [
    { headers: [["Content-Type", "text/plain"]], body: Buffer.from("owned plain response") },
    { Headers: { "Content-Type": ["text/plain"] }, ResponseBody: "owned plain response", StatusCode: 200 },
  ],
  [
    { headers: [["content-type", "application/json"]], body: Buffer.from("no json") },
    { ResponseBody: "no json", StatusCode: 200 },
  ],
] as [Partial<OutboundResponse>, object][])("a response of another kind: %#", async (response, expected) => {
  const { run, answers } = await setUp();
  answers.next = () => response;
  const { output } = await run({ Method: "GET" });
  expect(output).toMatchObject(expected);
  if (response.status === 204) expect(output).not.toHaveProperty("ResponseBody");
});

test.each([
  [{ status: 403 }, { error: "States.Http.StatusCode.403", cause: "Forbidden" }],
  [{ status: 302 }, { error: "States.Http.StatusCode.302", cause: "Found" }],
  [
    { headers: [["Content-Type", "application/octet-stream"]], body: Buffer.from("owned inert bytes") },
    {
      error: "States.Runtime",
      cause:
        "Unsupported response content-type 'application/octet-stream'. Please see documentation for list of unsupported content-types.",
    },
  ],
  [{ body: Buffer.from([0xff]) }, { error: "States.Runtime" }],
] as [Partial<OutboundResponse>, object][])(
  "a response that fails the task: %#",
  async (response, expected) => {
    const { run, answers } = await setUp();
    answers.next = () => response;
    expect(await run({})).toMatchObject({ status: "FAILED", ...expected });
  },
);

test("status 418 has no cause, and a status can be retried and caught by its number", async () => {
  const { cloud, state, sent, answers } = await setUp();
  answers.next = () => ({ status: sent.length === 1 ? 503 : 418 });
  const Retry = [{ ErrorEquals: ["States.Http.StatusCode.503"], IntervalSeconds: 1, MaxAttempts: 1 }];
  const Catch = [{ ErrorEquals: ["States.Http.StatusCode.418"], Next: "Caught" }];
  const { output } = await cloud.run({
    Call: state({}, { Retry, Catch }),
    Caught: { Type: "Pass", End: true },
  });
  expect(sent).toHaveLength(2);
  expect(output).toMatchObject({ Error: "States.Http.StatusCode.418" });
});

test.each([
  ["timeout", "States.Http.Socket"],
  ["unreachable", "States.Http.Socket"],
  ["too large", "States.DataLimitExceeded"],
] as const)("no response, as %s, is %s", async (reason, error) => {
  const { run, answers, cloud, sent } = await setUp();
  answers.next = () => {
    throw new OutboundError(reason, "It did not work");
  };
  expect(await run({})).toMatchObject({ status: "FAILED", error, cause: "It did not work." });
  expect(sent[0]).toMatchObject({ patience: 60_000, most: 262_144 });
  if (error === "States.Http.Socket") expect(cloud.faults.splice(0)).toHaveLength(1);
});

test("forbidden headers and missing fields end the task before it is scheduled, as recorded", async () => {
  const { cloud, state, sent, ConnectionArn } = await setUp();
  const arn = await cloud.start(
    await cloud.machine({
      CallOwnedHTTP: state({ Headers: { Authorization: "x", "X-Amz-Date": "y" } }),
    }),
  );
  const ended = await cloud.describe(arn);
  expect(ended.error).toBe("States.Runtime");
  expect(ended.cause).toBe(
    `An error occurred while executing the state 'CallOwnedHTTP' (entered at the event id #2). The Parameters '{"ApiEndpoint":"${API}/echo","Method":"POST","Authentication":{"ConnectionArn":"${ConnectionArn}"},"Headers":{"Authorization":"x","X-Amz-Date":"y"}}' could not be used to start the Task: [The 'Headers' field contains unsupported values: [authorization, x-amz-date]]`,
  );
  expect(await cloud.types(arn)).toEqual(["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]);
  const missing = await cloud.run({ Call: { ...state({}), Parameters: { Url: "x" } } });
  for (const field of ["ApiEndpoint", "Method", "ConnectionArn"])
    expect(missing.cause).toContain(`The field '${field}' is required but was missing`);
  expect(missing.cause).toContain("The field 'Url' is not supported by Step Functions");
  expect(sent).toEqual([]);
});

describe("TestState", () => {
  const ROLE = "arn:aws:iam::000000000000:role/machine";
  const PARAMETERS = {
    Headers: { "x-shared": "lost", "x-task-only": "task-only" },
    QueryParameters: { taskOnly: "q1", shared: "task" },
    RequestBody: { shared: "task", taskOnly: "b1" },
  };
  async function inspected(options: object, parameters: object = PARAMETERS) {
    const { cloud, state, answers } = await setUp("BASIC", MERGED);
    answers.next = () => ({
      status: 422,
      headers: [["Content-Type", "application/json"]],
      body: Buffer.from('{"error":"no such order"}'),
    });
    const definition = JSON.stringify(state(parameters));
    return await cloud.call("TestState", { definition, roleArn: ROLE, ...options });
  }

  test("TRACE shows the request without what the connection adds, and the response of a failure", async () => {
    const { status, error, inspectionData } = await inspected({ inspectionLevel: "TRACE" });
    expect([status, error]).toEqual(["FAILED", "States.Http.StatusCode.422"]);
    expect(inspectionData.request).toEqual({
      protocol: "https",
      method: "POST",
      url: `${API}/echo?taskOnly=q1`,
      headers:
        "[x-task-only: task-only, Content-Type: application/json; charset=UTF-8, User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]",
      body: '{"taskOnly":"b1"}',
    });
    expect(inspectionData.response).toEqual({
      protocol: "https",
      statusCode: "422",
      statusMessage: "Unprocessable Entity",
      headers: "[Content-Type: application/json]",
      body: '{"error":"no such order"}',
    });
  });

  test("revealSecrets shows the request as it is sent, to callers with states:RevealSecrets", async () => {
    const { inspectionData } = await inspected({ inspectionLevel: "TRACE", revealSecrets: true });
    expect(inspectionData.request).toMatchObject({
      url: `${API}/echo?taskOnly=q1&shared=connection%20query&connectionOnly=query-only`,
      headers: expect.stringContaining("Authorization: Basic b3duZWQtdXNlcjpvd25lZC1wYXNzd29yZA=="),
      body: '{"shared":"connection-body","taskOnly":"b1","connectionOnly":"body-only"}',
    });
    const { kernel } = new Cloud();
    const actions = (input: object) =>
      statesEngine.accesses(kernel, "TestState", input).map(({ action }) => action);
    expect(actions({ revealSecrets: true })).toEqual(["states:TestState", "states:RevealSecrets"]);
    expect(actions({ revealSecrets: false })).toEqual(["states:TestState"]);
  });

  test("other levels, and a request that is not sent, show neither", async () => {
    const debug = await inspected({ inspectionLevel: "DEBUG" });
    expect(debug.inspectionData).toMatchObject({ input: "{}" });
    const unsent = await inspected({ inspectionLevel: "TRACE" }, { RequestBody: "a text" });
    expect(unsent.error).toBe("States.Runtime");
    for (const { inspectionData } of [debug, unsent]) {
      expect(inspectionData).not.toHaveProperty("request");
      expect(inspectionData).not.toHaveProperty("response");
    }
  });
});

test("JSONata and InvocationConfig work as well", async () => {
  const { cloud, sent, ConnectionArn } = await setUp();
  await cloud.run(
    {
      Call: {
        Type: "Task",
        QueryLanguage: "JSONata",
        Resource: "arn:aws:states:::http:invoke",
        Arguments: {
          ApiEndpoint: `{% '${API}/orders/' & $states.input.id %}`,
          Method: "GET",
          InvocationConfig: { ConnectionArn },
        },
        End: true,
      },
    },
    { id: "7" },
  );
  expect(sent.map(({ method, url, body }) => [method, url.href, body])).toEqual([
    ["GET", `${API}/orders/7`, undefined],
  ]);
});

test("a connection that does not exist or has no token is an error of the connection", async () => {
  const { run, ConnectionArn } = await setUp();
  const other = `${ConnectionArn.slice(0, -1)}x`;
  expect(await run({ Authentication: { ConnectionArn: other } })).toMatchObject({
    error: "Events.ConnectionResource.ResourceNotFound",
  });
  const oauth = await setUp("OAUTH_CLIENT_CREDENTIALS", {
    OAuthParameters: {
      AuthorizationEndpoint: `${API}/token`,
      HttpMethod: "POST",
      ClientParameters: { ClientID: "i", ClientSecret: "s" },
    },
  });
  oauth.answers.next = () => ({ status: 500 });
  expect(await oauth.run({})).toMatchObject({ error: "Events.ConnectionResource.InvalidConnectionState" });
});

test("a token that is refused is renewed once", async () => {
  const { run, sent, answers } = await setUp("OAUTH_CLIENT_CREDENTIALS", {
    OAuthParameters: {
      AuthorizationEndpoint: `${API}/token`,
      HttpMethod: "POST",
      ClientParameters: { ClientID: "i", ClientSecret: "s" },
    },
  });
  let tokens = 0;
  answers.next = ({ url, headers }) => {
    if (url.pathname === "/token") return { body: Buffer.from(`{"access_token":"${++tokens}"}`) };
    return { status: headers.some(([, value]) => value === "Bearer 2") ? 200 : 401 };
  };
  expect(await run({})).toMatchObject({ status: "SUCCEEDED" });
  expect(sent.filter(({ url }) => url.pathname === "/echo")).toHaveLength(2);
});

test.each([
  ["https://elsewhere.example.com/", false],
  ["https://api.example.com.evil.org/", false],
  ["https://api.example.com:8443/", false],
  ["http://api.example.com/", false],
  ["http://127.0.0.1:9999/", true],
])(
  "data cannot make a task call a host that the definition does not name: %s (called: %s)",
  async (address, called) => {
    const { cloud, state, sent } = await setUp();
    const { ApiEndpoint: _, ...parameters } = state({}).Parameters;
    const ended = await cloud.run(
      {
        Named: { Type: "Pass", Result: `${API}.other.org/ ${API}/`, ResultPath: "$.unused", Next: "Call" },
        Call: { ...state({}), Parameters: { ...parameters, "ApiEndpoint.$": "$.address" } },
      },
      { address },
    );
    expect(sent).toHaveLength(called ? 1 : 0);
    expect(ended.status).toBe(called ? "SUCCEEDED" : "FAILED");
    if (!called) expect(ended).toMatchObject({ error: "States.Runtime" });
  },
);
