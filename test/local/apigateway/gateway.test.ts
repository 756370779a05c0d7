import { request } from "node:http";
import { expect, test } from "vitest";
import { serve } from "../../../local/wire/server.ts";
import { cloud, FUNCTION, json, ROLE } from "./harness.ts";

test("a request without a route is not found", async () => {
  const local = cloud();
  const id = await local.api({ routes: { "GET /films": {} } });
  for (const [api, method, path] of [
    [id, "GET", "/"],
    [id, "POST", "/films"],
    ["nosuchapi1", "GET", "/films"],
  ] as const) {
    const response = await local.send(api, method, path);
    expect([response.status, json(response)]).toEqual([404, { message: "Not Found" }]);
  }
  expect(local.calls).toEqual([]);
});

test("a stage is named by the path; one without a deployment serves nothing", async () => {
  const local = cloud();
  const id = await local.api({
    routes: { "GET /films": {} },
    stages: { prod: {}, draft: { AutoDeploy: false }, fixed: { AutoDeploy: false, DeploymentId: "d1" } },
  });
  const status = async (path: string) => (await local.send(id, "GET", path)).status;
  expect(await status("/prod/films")).toBe(200);
  expect(await status("/fixed/films")).toBe(200);
  expect(await status("/draft/films")).toBe(404);
  expect(await status("/films")).toBe(404);
});

test("a request of more than ten megabytes is too large", async () => {
  const local = cloud();
  const id = await local.api();
  const status = async (bytes: number) =>
    (await local.send(id, "POST", "/", { body: Buffer.alloc(bytes, "a") })).status;
  expect(await status(10 * 2 ** 20)).toBe(200);
  expect(await status(10 * 2 ** 20 + 1)).toBe(413);
});

test("a path that cannot be decoded is a bad request", async () => {
  const local = cloud();
  expect((await local.send(await local.api(), "GET", "/%E0%A4%A")).status).toBe(400);
});

const CORS = {
  AllowOrigins: ["https://films.example", "http://*"],
  AllowMethods: ["GET", "POST"],
  AllowHeaders: ["content-type"],
  ExposeHeaders: ["x-id"],
  MaxAge: 300,
  AllowCredentials: true,
};

test("an API with a CORS configuration answers preflight requests itself", async () => {
  const local = cloud();
  const id = await local.api({ api: { CorsConfiguration: CORS } });
  const preflight = (origin: string) =>
    local.send(id, "OPTIONS", "/", { headers: { origin, "access-control-request-method": "POST" } });
  const allowed = await preflight("https://films.example");
  expect(allowed.status).toBe(204);
  expect(allowed.headers).toMatchObject({
    "access-control-allow-origin": "https://films.example",
    "access-control-allow-methods": "GET,POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "300",
    "access-control-allow-credentials": "true",
  });
  expect((await preflight("http://any.example")).headers["access-control-allow-origin"]).toBe(
    "http://any.example",
  );
  const refused = await preflight("https://evil.example");
  expect(Object.keys(refused.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  expect(local.calls).toEqual([]);
  await local.send(id, "OPTIONS", "/");
  expect(local.calls).toHaveLength(1);
});

test("the CORS headers of an answer are the API's, not the function's", async () => {
  const local = cloud();
  local.returns({ statusCode: 200, headers: { "Access-Control-Allow-Origin": "*", "x-id": "1" } });
  const id = await local.api({ api: { CorsConfiguration: CORS } });
  const response = await local.send(id, "GET", "/", { headers: { origin: "https://films.example" } });
  expect(response.headers).toMatchObject({
    "access-control-allow-origin": "https://films.example",
    "access-control-expose-headers": "x-id",
    "x-id": "1",
  });
  expect((await local.send(id, "GET", "/")).headers).not.toHaveProperty("access-control-allow-origin");
  const plain = await local.api();
  expect((await local.send(plain, "GET", "/")).headers["access-control-allow-origin"]).toBe("*");
});

test("an event can go to a bus without a function in between", async () => {
  const local = cloud();
  local.behaviour.answer = () => ({ FailedEntryCount: 0, Entries: [{ EventId: "e1" }] });
  const id = await local.api({
    routes: { "POST /events/{type}": {} },
    integration: {
      IntegrationSubtype: "EventBridge-PutEvents",
      PayloadFormatVersion: "1.0",
      CredentialsArn: ROLE,
      RequestParameters: {
        Detail: "$request.body",
        DetailType: "$request.path.type",
        Source: "shop.${context.stage}",
        EventBusName: "orders",
        Resources: "$request.body.resources",
        Time: "$request.header.x-time",
      },
      ResponseParameters: { "200": { "overwrite:statuscode": "202" } },
    },
  });
  const body = '{"resources":["a","b"],"n":1}';
  const response = await local.send(id, "POST", "/events/placed", {
    body,
    headers: { "x-time": "2026-11-21T07:00:00Z" },
  });
  expect(local.calls).toEqual([
    {
      operation: "PutEvents",
      time: expect.any(String),
      caller: ROLE,
      input: {
        Entries: [
          {
            Detail: body,
            DetailType: "placed",
            Source: "shop.$default",
            EventBusName: "orders",
            Resources: ["a", "b"],
            Time: Date.UTC(2026, 10, 21, 7) / 1000,
          },
        ],
      },
    },
  ]);
  expect([response.status, json(response)]).toEqual([
    202,
    { FailedEntryCount: 0, Entries: [{ EventId: "e1" }] },
  ]);
});

test("a message can go to a queue without a function in between", async () => {
  const local = cloud();
  local.behaviour.answer = () => ({ MessageId: "m1", MD5OfMessageBody: "0" });
  const id = await local.api({
    integration: {
      IntegrationSubtype: "SQS-SendMessage",
      PayloadFormatVersion: "1.0",
      CredentialsArn: ROLE,
      RequestParameters: {
        QueueUrl: "http://127.0.0.1:4566/000000000000/orders.fifo",
        MessageBody: "$request.body.order",
        MessageGroupId: "$request.body.customers[0].id",
        MessageAttributes: '{"kind":{"DataType":"String","StringValue":"${request.body.kind}"}}',
        DelaySeconds: "$request.querystring.delay",
      },
    },
  });
  const body = '{"order":{"n":1},"customers":[{"id":"c1"}],"kind":"new"}';
  const response = await local.send(id, "POST", "/?delay=5", { body });
  expect(local.calls[0]!.input).toEqual({
    QueueUrl: "http://127.0.0.1:4566/000000000000/orders.fifo",
    MessageBody: '{"n":1}',
    MessageGroupId: "c1",
    MessageAttributes: { kind: { DataType: "String", StringValue: "new" } },
    DelaySeconds: 5,
  });
  expect(response.headers["content-type"]).toBe("text/xml");
  expect(response.body).toContain("<MessageId>m1</MessageId>");
  const empty = await local.send(id, "POST", "/", { body: "no JSON" });
  expect([empty.status, json(empty).message]).toEqual([400, expect.stringContaining("MessageBody")]);
  expect(local.calls).toHaveLength(1);
});

test("over HTTP: by host name and by path, whatever the request carries", async () => {
  const local = cloud();
  local.returns({ statusCode: 200, cookies: ["a=1", "b=2"], body: "film" });
  const id = await local.api({ routes: { "POST /hooks/{name}": {} } });
  const { url, close } = await serve(local.kernel, { port: 0 });
  try {
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-amz-target": "AmazonSQS.ListQueues",
    };
    const response = await fetch(`${url}/_api/${id}/hooks/slack`, { method: "POST", headers, body: "a=b" });
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("film");
    expect(Buffer.from(local.events()[0].body, "base64").toString()).toBe("a=b");
    const { hostname, port } = new URL(url);
    const answer = await byHost(
      hostname,
      Number(port),
      `${id}.execute-api.localhost:${port}`,
      "/hooks/stripe",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*film$/);
    expect(local.events()[1].pathParameters).toEqual({ name: "stripe" });
  } finally {
    await close();
  }
});

async function byHost(hostname: string, port: number, host: string, path: string): Promise<string> {
  const { connect } = await import("node:net");
  const { text } = await import("node:stream/consumers");
  const socket = connect(port, hostname);
  socket.write(`POST ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  return await text(socket);
}

test("the control operations are served under their paths", async () => {
  const local = cloud();
  const { url, close } = await serve(local.kernel, { port: 0 });
  const credential = "K/20260101/us-east-1/apigateway/aws4_request";
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${url}/v2/apis${path}`, {
      method,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  try {
    const created = await call("POST", "", { name: "films", protocolType: "HTTP", tags: { Team: "video" } });
    expect(created).toMatchObject({ status: 201, body: { name: "films", tags: { Team: "video" } } });
    const { apiId, apiEndpoint } = created.body;
    expect(apiEndpoint).toBe(`http://127.0.0.1:4566/_api/${apiId}`);
    const { body: integration } = await call("POST", `/${apiId}/integrations`, {
      integrationType: "AWS_PROXY",
      integrationUri: FUNCTION,
      payloadFormatVersion: "2.0",
      requestParameters: { "append:header.X-Id": "$context.requestId" },
    });
    expect(integration.requestParameters).toEqual({ "append:header.X-Id": "$context.requestId" });
    const route = { routeKey: "GET /a", target: `integrations/${integration.integrationId}` };
    const { body: made } = await call("POST", `/${apiId}/routes`, route);
    expect((await call("POST", `/${apiId}/routes`, route)).status).toBe(409);
    await call("POST", `/${apiId}/stages`, { stageName: "$default", autoDeploy: true });
    expect((await local.send(apiId, "GET", "/a")).status).toBe(200);
    await call("PATCH", `/${apiId}/routes/${made.routeId}`, { routeKey: "GET /b" });
    expect((await local.send(apiId, "GET", "/a")).status).toBe(404);
    expect((await local.send(apiId, "GET", "/b")).status).toBe(200);
    expect((await call("GET", `/${apiId}/routes`)).body.items).toMatchObject([{ routeKey: "GET /b" }]);
    expect((await call("GET", `/${apiId}/stages/$default`)).body).toMatchObject({ stageName: "$default" });
    expect((await call("DELETE", `/${apiId}/routes/${made.routeId}`)).status).toBe(204);
    expect((await call("GET", "?maxResults=1")).body.items).toHaveLength(1);
    expect((await call("DELETE", `/${apiId}`)).status).toBe(204);
    expect((await call("GET", `/${apiId}`)).status).toBe(404);
    expect((await call("PUT", "")).status).toBe(404);
    expect((await call("GET", "/%E0%A4%A")).status).toBe(404);
    expect((await call("POST", "", { name: "chat", protocolType: "WEBSOCKET" })).body.message).toContain(
      "WEBSOCKET",
    );
  } finally {
    await close();
  }
});

test("pages of the origins that an API's CORS configuration allows may call it, and nothing else here", async () => {
  const local = cloud();
  const id = await local.api({ api: { CorsConfiguration: { AllowOrigins: ["https://film.example"] } } });
  const { url, close } = await serve(local.kernel, { port: 0 });
  const { hostname, port } = new URL(url);
  const status = (path: string, origin: string, method = "GET") =>
    new Promise<number>((resolve, reject) => {
      const headers = { origin, "sec-fetch-site": "cross-site", "access-control-request-method": "GET" };
      const sent = request({ hostname, port, path, method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      sent.on("error", reject);
      sent.end();
    });
  try {
    expect(await status(`/_api/${id}/`, "https://film.example")).toBe(200);
    expect(await status(`/_api/${id}/`, "https://film.example", "OPTIONS")).toBe(204);
    expect(await status(`/_api/${id}/`, "https://evil.example")).toBe(403);
    expect(await status("/_api/none000000/", "https://film.example")).toBe(403);
    expect(await status("/v2/apis", "https://film.example")).toBe(403);
  } finally {
    await close();
  }
});

test("the query and the headers reach a function as they were sent", async () => {
  const local = cloud();
  const id = await local.api();
  const { url, close } = await serve(local.kernel, { port: 0 });
  const { hostname, port } = new URL(url);
  try {
    await new Promise<void>((resolve, reject) => {
      const headers = ["host", "127.0.0.1", "x-tag", "a, b", "x-tag", "c"];
      const sent = request({ hostname, port, path: `/_api/${id}/?b=%20+&a=~&b=2`, headers }, (response) => {
        response.resume();
        response.on("end", resolve);
      });
      sent.on("error", reject);
      sent.end();
    });
  } finally {
    await close();
  }
  const [event] = local.events();
  expect(event.rawQueryString).toBe("b=%20+&a=~&b=2");
  expect(event.queryStringParameters).toEqual({ a: "~", b: "  ,2" });
  expect(event.headers["x-tag"]).toBe("a, b,c");
});
