import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { cloud, FUNCTION, GUARD, json, ROLE } from "./harness.ts";

test("the function receives an event of payload format 2.0", async () => {
  const local = cloud();
  const id = await local.api({
    routes: { "POST /films/{film}": {} },
    stages: { prod: { StageVariables: { mood: "calm" } } },
  });
  await local.send(id, "POST", "/prod/films/a%20b?tag=x&tag=y&q=1", {
    headers: {
      cookie: "a=1; b=2",
      "user-agent": "tests",
      "content-type": "application/json",
      connection: "close",
    },
    body: '{"title":"ü"}',
  });
  expect(local.calls).toMatchObject([
    {
      caller: "apigateway.amazonaws.com",
      input: { FunctionName: FUNCTION, InvocationType: "RequestResponse" },
    },
  ]);
  expect(local.events()).toEqual([
    {
      version: "2.0",
      routeKey: "POST /films/{film}",
      rawPath: "/prod/films/a b",
      rawQueryString: "tag=x&tag=y&q=1",
      cookies: ["a=1", "b=2"],
      headers: {
        host: "127.0.0.1:4566",
        "user-agent": "tests",
        "content-type": "application/json",
        "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "4566",
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { tag: "x,y", q: "1" },
      requestContext: {
        accountId: "000000000000",
        apiId: id,
        domainName: `${id}.execute-api.localhost`,
        domainPrefix: id,
        http: {
          method: "POST",
          path: "/prod/films/a b",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "tests",
        },
        requestId: "request-1",
        routeKey: "POST /films/{film}",
        stage: "prod",
        time: "21/Nov/2026:07:00:30 +0000",
        timeEpoch: Date.UTC(2026, 10, 21, 7, 0, 30),
      },
      body: '{"title":"ü"}',
      pathParameters: { film: "a b" },
      isBase64Encoded: false,
      stageVariables: { mood: "calm" },
    },
  ]);
});

test("the event has no members for missing parts of the request", async () => {
  const local = cloud();
  await local.send(await local.api(), "GET", "/");
  const [event] = local.events();
  for (const name of ["cookies", "queryStringParameters", "pathParameters", "body", "stageVariables"]) {
    expect(event).not.toHaveProperty(name);
  }
  expect(event).toMatchObject({
    routeKey: "$default",
    rawPath: "/",
    rawQueryString: "",
    isBase64Encoded: false,
  });
  expect(event.requestContext.stage).toBe("$default");
});

test.each([
  ["application/json; charset=utf-8", "{}", false],
  ["application/cloudevents+json", "{}", false],
  ["text/csv", "a,b", false],
  ["application/x-www-form-urlencoded", "a=b", true],
  ["application/octet-stream", "a", true],
  ["text/plain", Buffer.from([0xff, 0xfe]), true],
])("a body of %s (%j) is in base64: %s", async (type, body, encoded) => {
  const local = cloud();
  await local.send(await local.api(), "POST", "/", { headers: { "content-type": type }, body });
  const [event] = local.events();
  expect(event.isBase64Encoded).toBe(encoded);
  expect(Buffer.from(event.body, encoded ? "base64" : "utf8")).toEqual(Buffer.from(body as string));
});

test.each([
  ["a text", "hello", 200, "application/json", "hello"],
  ["an object without a status", { a: 1 }, 200, "application/json", '{"a":1}'],
  ["a list", [1, 2], 200, "application/json", "[1,2]"],
  ["nothing", null, 200, "application/json", "null"],
  ["a status alone", { statusCode: 204 }, 204, undefined, ""],
  ["a status as text", { statusCode: "201", body: "made" }, 201, "text/plain;charset=UTF-8", "made"],
  [
    "headers of its own",
    { statusCode: 200, headers: { "Content-Type": "text/html" }, body: "<p>" },
    200,
    "text/html",
    "<p>",
  ],
])("a function may answer %s", async (_, answer, status, type, body) => {
  const local = cloud();
  local.returns(answer);
  const response = await local.send(await local.api(), "GET", "/");
  expect(response.status).toBe(status);
  expect(response.headers["content-type"]).toBe(type);
  expect(response.body.toString()).toBe(body);
});

test("bytes, cookies and header values of other kinds arrive", async () => {
  const local = cloud();
  local.returns({
    statusCode: 200,
    isBase64Encoded: true,
    body: Buffer.from([0, 255]).toString("base64"),
    headers: { "X-Count": 3, "x-on": true, "content-type": "image/png" },
    cookies: ["a=1; Path=/", "b=2"],
  });
  const response = await local.send(await local.api(), "GET", "/");
  expect(response.body).toEqual(Buffer.from([0, 255]));
  expect(response.headers).toMatchObject({
    "x-count": "3",
    "x-on": "true",
    "set-cookie": ["a=1; Path=/", "b=2"],
    "apigw-requestid": "request-1",
  });
});

test.each([
  { statusCode: "teapot" },
  { statusCode: 1000 },
  { statusCode: 200, body: { a: 1 } },
  { statusCode: 200, headers: ["a"] },
  { statusCode: 200, cookies: "a=1" },
])("an answer that cannot be sent is an internal error, and reported: %j", async (answer) => {
  const local = cloud();
  local.returns(answer);
  const response = await local.send(await local.api(), "GET", "/");
  expect([response.status, json(response)]).toEqual([500, { message: "Internal Server Error" }]);
  expect(local.log.join()).toContain(JSON.stringify(answer));
});

test.each<[string, () => unknown, number, string]>([
  [
    "fails",
    () => ({ FunctionError: "Unhandled", Payload: '{"errorMessage":"boom"}' }),
    500,
    "Internal Server Error",
  ],
  [
    "is not there",
    () => {
      throw new ServiceError("ResourceNotFoundException", "Function not found.");
    },
    500,
    "Internal Server Error",
  ],
  [
    "is throttled",
    () => {
      throw new ServiceError("TooManyRequestsException", "Rate Exceeded.", { status: 429 });
    },
    503,
    "Service Unavailable",
  ],
])("if the function %s, the caller sees only a general error", async (_, answer, status, message) => {
  const local = cloud();
  local.behaviour.answer = answer;
  const response = await local.send(await local.api(), "GET", "/");
  expect([response.status, json(response)]).toEqual([status, { message }]);
});

test("a function that takes too long is not waited for", async () => {
  const local = cloud();
  local.behaviour.answer = () => new Promise(() => {});
  const id = await local.api({
    integration: { IntegrationUri: FUNCTION, PayloadFormatVersion: "2.0", TimeoutInMillis: 2000 },
  });
  const answer = local.send(id, "GET", "/");
  const start = local.clock.now();
  while (local.clock.next() === undefined) await Promise.resolve();
  local.clock.advanceTo(local.clock.next()!);
  expect((await answer).status).toBe(503);
  expect(local.clock.now() - start).toBe(2000);
  expect(local.clock.next()).toBeUndefined();
});

test("a function may be named by API Gateway's own path, and called as a role", async () => {
  const local = cloud();
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}:live/invocations`;
  const id = await local.api({
    integration: { IntegrationUri: uri, PayloadFormatVersion: "2.0", CredentialsArn: ROLE },
  });
  await local.send(id, "GET", "/");
  expect(local.calls).toMatchObject([{ caller: ROLE, input: { FunctionName: `${FUNCTION}:live` } }]);
});

test("requests and responses can be mapped", async () => {
  const local = cloud();
  local.returns({ statusCode: 201, headers: { "x-secret": "s", "x-a": "1" }, body: '{"id":7}' });
  const id = await local.api({
    routes: { "GET /films/{id}": {} },
    integration: {
      IntegrationUri: FUNCTION,
      PayloadFormatVersion: "2.0",
      RequestParameters: {
        "append:header.x-id": "$request.path.id",
        "overwrite:querystring.page": "p-${request.querystring.page}",
        "remove:header.authorization": "''",
        "overwrite:path": "/mapped",
      },
      ResponseParameters: {
        "201": {
          ResponseParameters: [
            { Destination: "overwrite:statuscode", Source: "202" },
            { Destination: "append:header.x-a", Source: "$response.body.id" },
            { Destination: "remove:header.x-secret", Source: "''" },
            { Destination: "append:header.x-stage", Source: "$context.stage" },
          ],
        },
      },
    },
  });
  const headers = { authorization: "s3cret", "x-id": "0" };
  const response = await local.send(id, "GET", "/films/7?page=2&q=x", { headers });
  expect(local.events()[0]).toMatchObject({
    rawPath: "/mapped",
    rawQueryString: "page=p-2&q=x",
    queryStringParameters: { page: "p-2", q: "x" },
    headers: { "x-id": "0,7" },
  });
  expect(local.events()[0].headers).not.toHaveProperty("authorization");
  expect(response).toMatchObject({ status: 202, headers: { "x-a": "1,7", "x-stage": "$default" } });
  expect(response.headers).not.toHaveProperty("x-secret");
});

test("a function is called on behalf of the route, or of the authorizer, as its permission names them", async () => {
  const local = cloud();
  const sources: unknown[] = [];
  local.kernel.authorizer = ({ sourceArn }) => void sources.push(sourceArn);
  const routes = { "GET /films/{id}": {}, "ANY /any": {}, $default: {} };
  const authorizer = {
    AuthorizerType: "REQUEST",
    AuthorizerPayloadFormatVersion: "2.0",
    EnableSimpleResponses: true,
    IdentitySource: ["$request.header.authorization"],
    AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${GUARD}/invocations`,
  };
  const open = await local.api({ routes });
  for (const path of ["/films/7", "/any", "/other"]) await local.send(open, "GET", path);
  const route = (id: string, path: string) =>
    `arn:aws:execute-api:us-east-1:000000000000:${id}/$default/${path}`;
  expect(sources.splice(0)).toEqual([
    route(open, "GET/films/{id}"),
    route(open, "GET/any"),
    route(open, "$default"),
  ]);
  const guarded = await local.api({ authorizer, routes: { "GET /": { AuthorizationType: "CUSTOM" } } });
  await local.send(guarded, "GET", "/", { headers: { authorization: "x" } });
  expect(sources).toEqual([
    expect.stringMatching(`^arn:aws:execute-api:us-east-1:000000000000:${guarded}/authorizers/\\w+$`),
  ]);
});
