import { expect, test } from "vitest";
import { cloud } from "./cloud.ts";

function endpoint() {
  const it = cloud();
  const request = async (
    method: string,
    url: string,
    body: string | object = "",
    headers: Record<string, string> = {},
  ) => {
    const { pathname, searchParams, host } = new URL(url, it.kernel.endpoint);
    const response = await it.lambda.http!({
      method,
      path: pathname,
      query: searchParams,
      search: searchParams.toString(),
      caller: "arn:aws:iam::000000000000:root",
      headers: { host, ...headers },
      body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
      requestId: it.kernel.random.uuid(),
    });
    const text = Buffer.from(response.body as any).toString();
    return { ...response, text, json: () => JSON.parse(text) };
  };
  return { ...it, request };
}

test("Invoke returns the payload as the body, and its metadata in headers", async () => {
  const { define, request } = endpoint();
  define("app", (event, { clientContext }) => {
    if (event.fail) throw new Error("asked for");
    return [event, clientContext];
  });
  const path = "/2015-03-31/functions/app/invocations";
  const good = await request(
    "POST",
    path,
    { a: 1 },
    {
      "x-amz-client-context": Buffer.from('{"custom":1}').toString("base64"),
      "x-amz-log-type": "Tail",
    },
  );
  expect(good.json()).toEqual([{ a: 1 }, '{"custom":1}']);
  expect(good.headers).toMatchObject({
    "x-amz-executed-version": "$LATEST",
    "x-amz-log-result": expect.any(String),
  });
  const bad = await request("POST", path, { fail: true });
  expect(bad).toMatchObject({ status: 200, headers: { "x-amz-function-error": "Unhandled" } });
  expect(await request("POST", path, "{}", { "x-amz-invocation-type": "Event" })).toMatchObject({
    status: 202,
    text: "",
  });
  expect(await request("POST", path, "{}", { "x-amz-invocation-type": "DryRun" })).toMatchObject({
    status: 204,
  });
});

test("functions and mappings are listed page by page", async () => {
  const { define, request, queue } = endpoint();
  for (const name of ["a", "b", "c"]) define(name, () => 1);
  const first = (await request("GET", "/2015-03-31/functions/?MaxItems=2")).json();
  const second = (await request("GET", `/2015-03-31/functions?MaxItems=2&Marker=${first.NextMarker}`)).json();
  expect([...first.Functions, ...second.Functions].map(({ FunctionName }) => FunctionName)).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(second.NextMarker).toBeUndefined();
  const { arn } = await queue("jobs");
  const made = await request("POST", "/2015-03-31/event-source-mappings/", {
    FunctionName: "a",
    EventSourceArn: arn,
  });
  expect(made.status).toBe(202);
  const { UUID } = made.json();
  expect((await request("GET", `/2015-03-31/event-source-mappings/${UUID}`)).json()).toMatchObject({
    UUID,
    State: "Enabled",
    BatchSize: 10,
    EventSourceArn: arn,
  });
  const { EventSourceMappings } = (
    await request("GET", "/2015-03-31/event-source-mappings?FunctionName=b")
  ).json();
  expect(EventSourceMappings).toEqual([]);
});

test("an unknown path and a body that is no object are refused", async () => {
  const { request } = endpoint();
  await expect(request("GET", "/2015-03-31/layers")).rejects.toMatchObject({
    code: "UnknownOperationException",
  });
  for (const body of ["[]", "{"]) {
    await expect(request("POST", "/2015-03-31/event-source-mappings", body)).rejects.toMatchObject({
      code: "InvalidRequestContentException",
    });
  }
  await expect(request("POST", "/2015-03-31/functions", {})).rejects.toThrow("cloud assembly");
});

test("a function URL turns a request into payload 2.0 and the answer into a response", async () => {
  const { define, request, call } = endpoint();
  let seen: any;
  define("site", (event) => {
    seen = event;
    if (event.rawPath === "/plain") return { hello: "there" };
    if (event.rawPath === "/broken") throw new Error("broken");
    return {
      statusCode: 201,
      headers: { "X-Kind": "film" },
      body: Buffer.from("bytes").toString("base64"),
      isBase64Encoded: true,
    };
  });
  const { FunctionUrl } = await call("CreateFunctionUrlConfig", { FunctionName: "site", AuthType: "NONE" });
  expect(FunctionUrl).toMatch(/^http:\/\/[a-z2-7]{32}\.lambda-url\.us-east-1\.localhost:4566\/$/);
  const answer = await request("POST", `${FunctionUrl}films/1?tag=a&tag=b`, "{}", {
    cookie: "a=1; b=2",
    "content-type": "application/json",
  });
  expect(answer).toMatchObject({ status: 201, text: "bytes", headers: { "x-kind": "film" } });
  expect(seen).toMatchObject({
    version: "2.0",
    routeKey: "$default",
    rawPath: "/films/1",
    rawQueryString: "tag=a&tag=b",
    cookies: ["a=1", "b=2"],
    queryStringParameters: { tag: "a,b" },
    body: "{}",
    isBase64Encoded: false,
    requestContext: { http: { method: "POST", path: "/films/1" }, stage: "$default" },
  });
  expect((await request("GET", `${FunctionUrl}plain`)).json()).toEqual({ hello: "there" });
  expect(await request("GET", `${FunctionUrl}broken`)).toMatchObject({
    status: 502,
    text: "Internal Server Error",
  });
  await request("POST", FunctionUrl, "\u0001", { "content-type": "image/png" });
  expect(seen).toMatchObject({ body: "AQ==", isBase64Encoded: true });
});

test("a URL with IAM refuses unsigned requests, and CORS answers a preflight", async () => {
  const { define, request, call } = endpoint();
  define("site", () => "in");
  const Cors = { AllowOrigins: ["https://app.example"], AllowMethods: ["GET"] };
  const { FunctionUrl } = await call("CreateFunctionUrlConfig", {
    FunctionName: "site",
    AuthType: "AWS_IAM",
    Cors,
  });
  const refused = await request("GET", FunctionUrl);
  expect(refused).toMatchObject({ status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" } });
  expect(refused.json().Message).toMatch(/^Forbidden. For troubleshooting Function URL authorization issues/);
  const authorization = "AWS4-HMAC-SHA256 Credential=KEY/20261121/us-east-1/lambda/aws4_request, Signature=0";
  expect(await request("GET", FunctionUrl, "", { authorization })).toMatchObject({ status: 200 });
  // The signature is not checked: a page could write any.
  const ofPage = { authorization, origin: "https://app.example" };
  expect(await request("GET", FunctionUrl, "", ofPage)).toMatchObject({ status: 403 });
  const preflight = await request("OPTIONS", FunctionUrl, "", { origin: "https://app.example" });
  expect(preflight).toMatchObject({
    status: 200,
    headers: { "access-control-allow-origin": "https://app.example" },
  });
});

test("a URL is not found if it does not exist, or if its alias was deleted", async () => {
  const { define, request, call } = endpoint();
  define("site", () => "in");
  await call("PublishVersion", { FunctionName: "site" });
  const alias = { FunctionName: "site", Name: "live" };
  await call("CreateAlias", { ...alias, FunctionVersion: "1" });
  const { FunctionUrl } = await call("CreateFunctionUrlConfig", {
    FunctionName: "site",
    Qualifier: "live",
    AuthType: "NONE",
  });
  expect((await request("GET", FunctionUrl)).text).toBe("in");
  await call("DeleteAlias", alias);
  expect((await request("GET", FunctionUrl)).json().Message).toMatch(/^Forbidden/);
  const none = FunctionUrl.replace(/\/\/[a-z2-7]+/, `//${"a".repeat(32)}`);
  expect(await request("GET", none)).toMatchObject({
    status: 403,
    text: '{"Message":null}',
    headers: { "x-amzn-errortype": "AccessDeniedException" },
  });
});
