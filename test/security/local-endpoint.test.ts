import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readOptions } from "../../local/start/options.ts";
import { presigned, startTarget, type Target } from "./cloud.ts";

/** The attacks of web pages and of other machines, as they arrive on the wire. */

interface Sent {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The address to connect to. @default the endpoint's */
  address?: string;
}
interface Got {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends a request with these headers and no others, as no client library does. */
const sender = (endpoint: () => string) => {
  return ({ method = "GET", path, headers = {}, body, address }: Sent): Promise<Got> => {
    const { hostname, port } = new URL(endpoint());
    const host = `127.0.0.1:${port}`;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          hostname: address ?? hostname,
          port,
          method,
          path,
          agent: false,
          headers: { host, ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("end", () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  };
};

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_1_0 = { "content-type": "application/x-amz-json-1.0" };
const signedFor = (service: string, accessKey = "AKIA") => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

describe("a local cloud on the loopback address", () => {
  let target: Target;
  beforeAll(async () => {
    target = await startTarget();
    await target.put("film.html", "text/html", "<script>1</script>");
  });
  afterEach(() => target.reset());
  afterAll(async () => {
    await target?.cloud.close();
    expect(target?.reports).toEqual([]);
  });
  const send = sender(() => target.endpoint);
  const nothingHappened = async () => {
    expect(await target.variables()).toEqual({});
    expect(await target.messages()).toEqual([]);
    expect(await target.keys()).toEqual(["film.html"]);
    expect(target.wasRun()).toBe(false);
  };

  /** What browsers say of a request that they send for a page. */
  const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const BROWSERS: [string, Record<string, string>][] = [
    ["a link in a page of another site", { "sec-fetch-site": "cross-site", ...NAVIGATION }],
    ["a link in a page on another port", { "sec-fetch-site": "same-site", ...NAVIGATION }],
    ["an address that a person opens", { "sec-fetch-site": "none", ...NAVIGATION }],
    ["a page of another origin", { origin: "https://evil.example" }],
    ["a sandboxed page", { origin: "null" }],
    ["a page of the endpoint itself", { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" }],
    [
      "a form of a page of another site",
      { origin: "https://evil.example", "sec-fetch-site": "cross-site", ...NAVIGATION },
    ],
    ["an element of a page", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["a websocket", { "sec-fetch-mode": "websocket", connection: "Upgrade", upgrade: "websocket" }],
  ];
  const SERVICES: [string, () => Sent][] = [
    [
      "SQS",
      () => ({
        method: "POST",
        path: "/",
        headers: { ...JSON_1_0, "x-amz-target": "AmazonSQS.ListQueues" },
        body: "{}",
      }),
    ],
    [
      "STS",
      () => ({
        method: "POST",
        path: "/",
        headers: FORM,
        body: "Action=GetCallerIdentity&Version=2011-06-15",
      }),
    ],
    [
      "CloudFormation",
      () => ({
        method: "POST",
        path: "/",
        headers: { ...FORM, ...signedFor("cloudformation") },
        body: "Action=DescribeStacks&Version=2010-05-15",
      }),
    ],
    ["Lambda", () => ({ path: "/2015-03-31/functions", headers: signedFor("lambda") })],
    ["API Gateway", () => ({ path: "/v2/apis", headers: signedFor("apigateway") })],
    ["Scheduler", () => ({ path: "/schedules", headers: signedFor("scheduler") })],
    ["a listing of objects", () => ({ path: "/films?list-type=2", headers: signedFor("s3") })],
    ["a change of an object", () => ({ method: "PUT", path: `/films/new?${presigned("s3")}`, body: "x" })],
    ["a removal of an object", () => ({ method: "DELETE", path: `/films/film.html?${presigned("s3")}` })],
  ];

  test.each(BROWSERS)("no service answers %s", async (_, marks) => {
    for (const [service, sent] of SERVICES) {
      const { headers, ...rest } = sent();
      const { status, body } = await send({ ...rest, headers: { ...headers, ...marks } });
      expect([service, status]).toEqual([service, 403]);
      expect(body).toMatch(/[Rr]equests of (?:browsers|web pages)/);
    }
    await nothingHappened();
  });

  test("the same requests of programs are answered", async () => {
    for (const [service, sent] of SERVICES.slice(0, -1)) {
      const { status } = await send(sent());
      expect([service, status]).toEqual([service, 200]);
    }
    await send({ method: "DELETE", path: "/films/new", headers: signedFor("s3") });
    // As `fetch` of Node.js does.
    const { status } = await send({
      path: "/2015-03-31/functions",
      headers: { ...signedFor("lambda"), "sec-fetch-mode": "cors" },
    });
    expect(status).toBe(200);
    await nothingHappened();
  });

  // A browser of before 2023 marks no request that follows a link: here is nothing but the address.
  const update = () => ({
    Action: "UpdateFunctionConfiguration",
    FunctionName: "victim",
    "Environment.Variables.NODE_OPTIONS": `--import=data:text/javascript,${encodeURIComponent(target.code)}`,
  });
  test.each([
    ["sets NODE_OPTIONS", () => `/?${presigned("lambda", update())}`],
    ["invokes a function", () => `/?${presigned("lambda", { Action: "Invoke", FunctionName: "victim" })}`],
    [
      "sends a message",
      () =>
        `/?${presigned("sqs", { Action: "SendMessage", QueueUrl: `${target.endpoint}/000000000000/orders`, MessageBody: "x" })}`,
    ],
    [
      "stores an object",
      () => `/?${presigned("s3", { Action: "PutObject", Bucket: "films", Key: "evil.html", Body: "x" })}`,
    ],
    ["lists functions", () => `/2015-03-31/functions?${presigned("lambda")}`],
    ["speaks the Query protocol", () => "/?Action=GetCallerIdentity&Version=2011-06-15"],
  ])("no address that a GET opens %s", async (_, path) => {
    const { body } = await send({ path: path() });
    // A list of buckets, which no page can read, or a refusal: nothing that the query asks for.
    expect(body).toMatch(/ListAllMyBucketsResult|Error/);
    expect(body).not.toContain("GetCallerIdentityResponse");
    await nothingHappened();
  });

  test("a simple POST, which needs no preflight, reaches no service by its address alone", async () => {
    for (const path of [
      `/?${presigned("sqs", { Action: "SendMessage", QueueUrl: "orders", MessageBody: "x" })}`,
      `/2015-03-31/functions/victim/invocations?${presigned("lambda")}`,
      `/schedules/s?${presigned("scheduler")}`,
    ]) {
      for (const type of [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
      ]) {
        const { status } = await send({
          method: "POST",
          path,
          headers: { "content-type": type },
          body: "{}",
        });
        expect([path, type, status]).toEqual([
          path,
          type,
          expect.toSatisfy((one) => one >= 400 && one < 500),
        ]);
      }
    }
    await nothingHappened();
  });

  test("a preflight is refused, and no answer opens itself to other origins", async () => {
    for (const path of ["/", "/films/film.html", new URL(target.api).pathname]) {
      const asked = { origin: "https://evil.example", "access-control-request-method": "POST" };
      const { status, headers } = await send({ method: "OPTIONS", path, headers: asked });
      expect(status).toBe(403);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test.each([
    "rebound.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "0.0.0.0",
    "localhost.",
    "127.0.0.1@evil.example",
    "[::ffff:7f00:1]",
  ])("the Host %j is refused", async (host) => {
    expect((await send({ path: "/films/film.html", headers: { host } })).status).toBe(403);
  });

  test("an object is shown without an origin, as what it is, and to no page of another origin", async () => {
    await target.put("report.pdf", "application/pdf", "%PDF-");
    const sealed = {
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    };
    for (const path of ["/films/film.html", "/films/none", "/none/none", "/"]) {
      expect((await send({ path })).headers).toMatchObject(sealed);
    }
    const dressed = await send({ path: "/films/report.pdf?response-content-type=text%2Fhtml" });
    expect(dressed.headers).toMatchObject(sealed);
    // Browsers show no PDF in a sandbox.
    const pdf = await send({ path: "/films/report.pdf" });
    expect(pdf.headers["content-security-policy"]).toBeUndefined();
    expect(pdf.headers["x-content-type-options"]).toBe("nosniff");
    await send({ method: "DELETE", path: "/films/report.pdf", headers: signedFor("s3") });
  });

  test.each([
    [
      "read by a script of another site",
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" },
    ],
    [
      "read by a script on another port",
      { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" },
    ],
    [
      "kept as a service worker",
      { "sec-fetch-site": "same-origin", "sec-fetch-mode": "same-origin", "sec-fetch-dest": "serviceworker" },
    ],
    ["posted to by a navigation", { "sec-fetch-site": "cross-site", ...NAVIGATION }],
  ])("an object is not %s", async (what, headers) => {
    const method = what.startsWith("posted") ? "POST" : "GET";
    expect((await send({ method, path: `/films/film.html?${presigned("s3")}`, headers })).status).toBe(403);
  });

  test("objects, HTTP APIs and function URLs are opened by a person, and by a link", async () => {
    const { host: functionHost } = new URL(target.functionUrl);
    for (const site of ["none", "cross-site", "same-origin"]) {
      const headers = { "sec-fetch-site": site, ...NAVIGATION };
      for (const path of [`/films/film.html?${presigned("s3")}`, `${new URL(target.api).pathname}/`]) {
        expect([path, (await send({ path, headers })).status]).toEqual([path, 200]);
      }
      expect((await send({ path: "/", headers: { ...headers, host: functionHost } })).status).toBe(200);
    }
  });

  test("pages of the origins that a function URL's CORS configuration allows may call it, others may not", async () => {
    const { host } = new URL(target.functionUrl);
    const call = (origin: string) =>
      send({
        method: "POST",
        path: "/",
        headers: { host, origin, "sec-fetch-site": "cross-site" },
        body: "{}",
      });
    const allowed = await call("http://shop.localhost");
    expect([allowed.status, allowed.headers["access-control-allow-origin"]]).toEqual([
      200,
      "http://shop.localhost",
    ]);
    expect((await call("http://evil.localhost")).status).toBe(403);
  });

  test("a page of a function URL reaches no HTTP API by a path of its own origin", async () => {
    const { host } = new URL(target.functionUrl);
    const headers = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
    const { status, body } = await send({ path: `${new URL(target.api).pathname}/`, headers });
    expect([status, body]).toEqual([200, "ran"]);
  });

  test.each([
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_V8_COVERAGE",
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "OPENSSL_CONF",
    "AWS_LAMBDA_EXEC_WRAPPER",
  ])("%s of a function is not set through the API", async (name) => {
    const { status, body } = await send({
      method: "PUT",
      path: "/2015-03-31/functions/victim/configuration",
      headers: signedFor("lambda"),
      body: JSON.stringify({ Environment: { Variables: { [name]: "x" } } }),
    });
    expect(status).toBe(400);
    expect(body).toMatch(new RegExp(`InvalidParameterValueException|${name} from the template only`));
    await nothingHappened();
  });

  test.each([500, 5_000, 100_000])(
    "a payload that is nested %i deep is no fault of any service",
    async (depth) => {
      const nested = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
      const QueueUrl = `${target.endpoint}/000000000000/orders`;
      const payloads: [string, Sent][] = [
        ["AmazonSQS.SendMessage", { path: "/", body: JSON.stringify({ QueueUrl, MessageBody: nested }) }],
        [
          "AWSEvents.PutEvents",
          {
            path: "/",
            body: JSON.stringify({ Entries: [{ Source: "s", DetailType: "t", Detail: nested }] }),
          },
        ],
        [
          "AWSEvents.TestEventPattern",
          { path: "/", body: JSON.stringify({ EventPattern: nested, Event: nested }) },
        ],
        ["AWSEvents.PutRule", { path: "/", body: JSON.stringify({ Name: "r", EventPattern: nested }) }],
        [
          "AWSStepFunctions.ValidateStateMachineDefinition",
          { path: "/", body: JSON.stringify({ definition: nested }) },
        ],
        [
          "",
          { path: "/2015-03-31/functions/victim/invocations", headers: signedFor("lambda"), body: nested },
        ],
        [
          "",
          {
            path: "/2015-03-31/functions/victim/configuration",
            method: "PUT",
            headers: signedFor("lambda"),
            body: nested,
          },
        ],
      ];
      for (const [name, { headers, ...sent }] of payloads) {
        const marks = name === "" ? headers : { ...JSON_1_0, "x-amz-target": name };
        const { status } = await send({ method: "POST", ...sent, headers: { ...marks } });
        expect([name, status]).toEqual([name, expect.toSatisfy((one) => one < 500)]);
      }
    },
  );

  test("what a body nests too deeply or is too large is a refusal", async () => {
    const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const targets = [
      "AmazonSQS.SendMessage",
      "AWSEvents.PutEvents",
      "AWSEvents.PutRule",
      "AWSStepFunctions.StartExecution",
      "DynamoDB_20120810.PutItem",
      "secretsmanager.CreateSecret",
      "Logs_20140328.PutLogEvents",
      "GraniteServiceVersion20100801.PutMetricData",
      "AmazonSSM.GetParameter",
    ];
    for (const name of targets) {
      for (const body of [deep(100_000), `{"a":${deep(100_000)}}`, `{"a":"${deep(100_000)}"`]) {
        const { status } = await send({
          method: "POST",
          path: "/",
          headers: { ...JSON_1_0, "x-amz-target": name },
          body,
        });
        expect([name, status]).toEqual([name, 400]);
      }
    }
    const { status } = await send({
      method: "POST",
      path: "/2015-03-31/functions/victim/invocations",
      headers: { ...signedFor("lambda"), "content-length": String(2 ** 40) },
    });
    expect(status).toBe(413);
  });
});

/** An address of this machine that other machines may know; undefined where there is no network. */
const outer = Object.values(networkInterfaces())
  .flat()
  .find((one) => one !== undefined && !one.internal && one.family === "IPv4")?.address;

describe("a local cloud that listens beyond the loopback address", () => {
  let target: Target;
  beforeAll(async () => {
    target = await startTarget("0.0.0.0");
    await target.put("film.txt", "text/plain", "a film");
  });
  afterAll(async () => {
    await target?.cloud.close();
    expect(target?.reports).toEqual([]);
  });
  const send = sender(() => target.endpoint);
  const addresses = () => ["127.0.0.1", ...(outer === undefined ? [] : [outer])];
  const list = { method: "POST", path: "/", body: "{}" };
  const listing = { ...JSON_1_0, "x-amz-target": "AmazonSQS.ListQueues" };

  test.each([
    "127.0.0.1",
    "localhost",
    "localhost:4566",
    "films.s3.localhost",
    "[::1]",
    "0.0.0.0",
    "box.local",
  ])("nothing is answered without the secret, also not under the Host %s", async (host) => {
    for (const address of addresses()) {
      const requests: Sent[] = [
        { path: "/films/film.txt" },
        { path: new URL(target.api).pathname },
        { ...list, headers: listing },
        { path: "/2015-03-31/functions", headers: signedFor("lambda") },
      ];
      for (const sent of requests) {
        const { status, body } = await send({ ...sent, address, headers: { ...sent.headers, host } });
        expect(status).toBe(403);
        expect(body).toContain("secret");
        expect(body).not.toContain(target.cloud.secret);
      }
    }
  });

  test.each(["", "x", "local", "undefined"])("the secret is not %j", async (guess) => {
    const { status } = await send({ ...list, headers: { ...listing, "x-amz-security-token": guess } });
    expect(status).toBe(403);
    expect((await send({ path: `/_secret/${guess}/films/film.txt` })).status).toBe(403);
    expect(
      (await send({ path: "/films/film.txt", headers: { cookie: `millrace-secret=${guess}` } })).status,
    ).toBe(403);
  });

  test("SDKs carry it as their session token", async () => {
    const { secret, endpoint } = target.cloud;
    const credentials = { accessKeyId: "test", secretAccessKey: "test", sessionToken: secret! };
    const client = { endpoint, region: "us-east-1", credentials };
    const { QueueUrls } = await new SQSClient(client).send(new ListQueuesCommand({}));
    expect(QueueUrls).toHaveLength(1);
    const { Arn } = await new STSClient(client).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe("arn:aws:iam::000000000000:root");
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: "films", Key: "sdk", Body: "sdk" }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "films", Key: "sdk" }));
    expect(await Body!.transformToString()).toBe("sdk");
  });

  test("a browser brings it in front of a path, and keeps it from then on", async () => {
    const { secret } = target.cloud;
    const host = "box.local:4566";
    const opened = await send({
      path: `/_secret/${secret}${new URL(target.api).pathname}/?a=b`,
      headers: { host },
    });
    expect(opened.status).toBe(200);
    const [cookie] = opened.headers["set-cookie"] as string[];
    expect(cookie).toBe(`millrace-secret=${secret}; Path=/; HttpOnly; SameSite=Strict`);
    const headers = { host, cookie: `theme=dark; ${cookie!.split(";")[0]}` };
    const object = await send({ path: `/films/film.txt?${presigned("s3")}`, headers });
    expect([object.status, object.body]).toEqual([200, "a film"]);
    // A page elsewhere that makes the browser send it is still a page elsewhere.
    const forged = await send({
      ...list,
      headers: { ...headers, ...listing, origin: "http://evil.example" },
    });
    expect(forged.status).toBe(403);
  });

  test("a function carries a token that is good for its own role", async () => {
    const { kernel } = target.cloud;
    const roleKey = "LOCALORSXG5DT";
    const identity = { method: "POST", path: "/", body: "Action=GetCallerIdentity&Version=2011-06-15" };
    const token = kernel.sessionToken(roleKey);
    const as = (accessKey: string) =>
      send({
        ...identity,
        headers: { ...FORM, ...signedFor("sts", accessKey), "x-amz-security-token": token },
      });
    const { status, body } = await as(roleKey);
    expect([status, body]).toEqual([200, expect.stringContaining(":assumed-role/tests/")]);
    for (const other of ["AKIA", "LOCALMFSG22LO", ""]) expect((await as(other)).status).toBe(403);
  });

  test("each start has a secret of its own, which is long and random", async () => {
    const other = await startTarget("0.0.0.0");
    await other.cloud.close();
    expect(other.cloud.secret).toMatch(/^[\w-]{32}$/);
    expect(target.cloud.secret).toMatch(/^[\w-]{32}$/);
    expect(other.cloud.secret).not.toBe(target.cloud.secret);
  });
});

test("a local cloud on the loopback address has no secret, and the help says when there is one", async () => {
  const target = await startTarget("localhost");
  await target.cloud.close();
  expect(target.cloud.secret).toBeUndefined();
  expect(readOptions(["--host", "0.0.0.0"], {}).host).toBe("0.0.0.0");
});
