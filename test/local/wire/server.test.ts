import { connect } from "node:net";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { QueueDoesNotExist, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { ServiceError, UserError } from "../../../local/kernel/errors.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import type { Service } from "../../../local/kernel/service.ts";
import { Store } from "../../../local/kernel/store.ts";
import { serve } from "../../../local/wire/server.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** An endpoint before the given services, and what the local cloud reported about itself. */
async function endpoint(...services: Service[]) {
  const reports: string[] = [];
  const kernel = new Kernel({
    clock: virtualClock(0),
    random: seededRandom(1),
    store: Store.open(":memory:"),
    endpoint: "http://127.0.0.1:0",
    report: (line) => reports.push(line),
  });
  for (const service of services) kernel.register(service);
  const server = await serve(kernel, {
    port: 0,
    callerOf: (key) => (key === "ROLE" ? "arn:aws:iam::1:role/r" : undefined),
  });
  open.push(server);
  const client = {
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "ROLE", secretAccessKey: "s" },
    maxAttempts: 1,
  };
  return { kernel, url: server.url, client, reports };
}

const post = (
  url: string,
  target: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) =>
  fetch(url, {
    method: "POST",
    headers: { "x-amz-target": target, "content-type": "application/x-amz-json-1.0", ...headers },
    body,
  });

/** Sends bytes as they are, since fetch sets Host and Origin itself; answers all that came back. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

const get = (headers: string, path = "/b/k") =>
  `GET ${path} HTTP/1.1\r\nconnection: close\r\n${headers}\r\n\r\n`;

test("an SDK call arrives as an operation with its caller, and its answer returns", async () => {
  let seen: unknown;
  const { client } = await endpoint({
    name: "states",
    operations: {
      ListExecutions(input, context) {
        seen = { input, caller: context.caller };
        return { executions: [] };
      },
    },
  });
  const { executions, $metadata } = await new SFNClient(client).send(
    new ListExecutionsCommand({ stateMachineArn: "arn:x" }),
  );
  expect(executions).toEqual([]);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(seen).toEqual({ input: { stateMachineArn: "arn:x" }, caller: "arn:aws:iam::1:role/r" });
});

test("a refusal becomes the SDK's error class, with the query-compatible code in its header", async () => {
  const { client, url } = await endpoint({
    name: "sqs",
    operations: {
      SendMessage() {
        throw new ServiceError("QueueDoesNotExist", "The specified queue does not exist.", {
          details: { queryErrorCode: "AWS.SimpleQueueService.NonExistentQueue" },
        });
      },
    },
  });
  const send = new SQSClient({ ...client, md5: false }).send(
    new SendMessageCommand({ QueueUrl: `${url}/1/q`, MessageBody: "x" }),
  );
  await expect(send).rejects.toBeInstanceOf(QueueDoesNotExist);
  const response = await post(url, "AmazonSQS.SendMessage", "{}");
  expect(response.status).toBe(400);
  expect(response.headers.get("x-amzn-query-error")).toBe("AWS.SimpleQueueService.NonExistentQueue;Sender");
  expect(await response.json()).toEqual({
    __type: "com.amazonaws.sqs#QueueDoesNotExist",
    message: "The specified queue does not exist.",
  });
});

test("details are members of the error's body", async () => {
  const { url } = await endpoint({
    name: "dynamodb",
    operations: {
      PutItem() {
        throw new ServiceError("ConditionalCheckFailedException", "failed", {
          details: { Item: { a: { S: "1" } } },
        });
      },
    },
  });
  const response = await post(url, "DynamoDB_20120810.PutItem", "{}");
  expect(await response.json()).toEqual({
    __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
    Message: "failed",
    Item: { a: { S: "1" } },
  });
});

test.each([
  ["ConditionalCheckFailedException", "message"],
  ["IdempotentParameterMismatchException", "Message"],
  ["SerializationException", "Message"],
])("the message of DynamoDB's %s is its member %s", async (code, member) => {
  const { url } = await endpoint({
    name: "dynamodb",
    operations: {
      PutItem() {
        throw new ServiceError(code, "failed");
      },
    },
  });
  const response = await post(url, "DynamoDB_20120810.PutItem", "{}");
  expect(await response.json()).toMatchObject({ [member]: "failed" });
});

test.each([
  ["AmazonSQS.Fly", "UnknownOperationException", "sqs:Fly"],
  ["AmazonSQS.toString", "UnknownOperationException", "sqs:toString"],
  ["Unheard_2020.Fly", "UnknownOperationException", "Unheard_2020.Fly"],
])("the unknown operation %s is refused by name", async (target, code, name) => {
  const { url } = await endpoint({ name: "sqs", operations: {} });
  const response = await post(url, target, "{}");
  expect(response.headers.get("x-amzn-errortype")).toBe(code);
  expect(((await response.json()) as { message: string }).message).toContain(name);
});

test.each([
  ["broken JSON", "{"],
  ["a list", "[]"],
  ["bytes that are not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
])("%s is a SerializationException", async (_, body) => {
  const { url } = await endpoint({ name: "sqs", operations: { SendMessage: () => ({}) } });
  const response = await post(url, "AmazonSQS.SendMessage", body);
  expect(response.status).toBe(400);
  expect(response.headers.get("x-amzn-errortype")).toBe("SerializationException");
});

test("an internal error of the local cloud is an InternalFailure, is reported, and ends nothing", async () => {
  const { url, reports } = await endpoint({
    name: "sqs",
    operations: {
      SendMessage() {
        throw new TypeError("unforeseen");
      },
      ListQueues: () => ({}),
    },
  });
  const response = await post(url, "AmazonSQS.SendMessage", "{}");
  expect(response.status).toBe(500);
  expect(response.headers.get("x-amzn-errortype")).toBe("InternalFailure");
  expect(reports.join()).toContain("unforeseen");
  expect((await post(url, "AmazonSQS.ListQueues", "{}")).status).toBe(200);
});

test("nothing is answered before it is on disk", async () => {
  const { kernel, url } = await endpoint({ name: "sqs", operations: { ListQueues: () => ({}) } });
  kernel.store.flushed = () => Promise.reject(new UserError("The disk is full."));
  const response = await post(url, "AmazonSQS.ListQueues", "{}");
  expect(response.status).toBe(500);
  expect(await response.text()).toContain("The disk is full.");
});

test.each([
  ["a name of another owner", "host: evil.example"],
  ["a name that only begins like ours", "host: localhost.evil.example"],
  ["a name that only contains our address", "host: 127.0.0.1.evil.example"],
  ["a page of another site", "host: 127.0.0.1\r\norigin: https://evil.example"],
  ["a sandboxed page", "host: 127.0.0.1\r\norigin: null"],
  ["a page on another port", "host: 127.0.0.1:4566\r\norigin: http://127.0.0.1:3000"],
  [
    "a script tag of another site",
    "host: 127.0.0.1\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors",
  ],
  ["a script tag on another port", "host: 127.0.0.1\r\nsec-fetch-site: same-site\r\nsec-fetch-mode: no-cors"],
])("a request from %s is refused", async (_, headers) => {
  const { url } = await endpoint({
    name: "s3",
    operations: {},
    welcomes: () => "own file",
    http: async () => ({ status: 200, headers: {}, body: "secret" }),
  });
  const answer = await raw(url, get(headers));
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).not.toContain("secret");
  expect(answer.toLowerCase()).not.toContain("access-control-allow");
});

test.each([
  "host: 127.0.0.1:4566",
  "host: LOCALHOST",
  "host: [::1]:4566",
  "host: films.s3.localhost:4566",
  "host: films.s3.us-east-1.localhost",
  "host: 127.0.0.1\r\norigin: http://127.0.0.1",
  "host: 127.0.0.1\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: navigate",
])("an unsigned GET with %j opens an object", async (headers) => {
  const { url } = await endpoint({
    name: "s3",
    operations: {},
    welcomes: () => "own file",
    http: async () => ({ status: 200, headers: {}, body: "film" }),
  });
  expect(await raw(url, get(headers))).toMatch(/^HTTP\/1\.1 200 [\s\S]*film$/);
});

test("the service is read from the signature, and from that of a presigned address for S3 alone", async () => {
  const http = async ({ path }: { path: string }) => ({ status: 200, headers: {}, body: path });
  const { url } = await endpoint(
    { name: "lambda", operations: {}, http },
    { name: "s3", operations: {}, http },
  );
  const credential = (service: string) => `K/20260101/us-east-1/${service}/aws4_request`;
  const signed = await fetch(`${url}/2015-03-31/functions/a%2Fb/invocations`, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${credential("lambda")}, SignedHeaders=host, Signature=0`,
    },
  });
  expect(await signed.text()).toBe("/2015-03-31/functions/a%2Fb/invocations");
  const presigned = (service: string) =>
    fetch(`${url}/x?X-Amz-Credential=${encodeURIComponent(credential(service))}`, { method: "PUT" });
  expect(await (await presigned("s3")).text()).toBe("/x");
  expect((await presigned("lambda")).status).toBe(404);
});

test("the Query protocol nests members and answers XML", async () => {
  const { url } = await endpoint({
    name: "sts",
    operations: {
      Echo: (input) => ({ Given: JSON.stringify(input), List: [{ A: "<&>" }], None: undefined }),
    },
  });
  const body = "Action=Echo&Version=2011-06-15&Keys.member.2=b&Keys.member.1=a&Filter.Name=n";
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  const text = await response.text();
  expect(text).toContain('<EchoResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><EchoResult>');
  expect(text).toContain(
    "<Given>{&quot;Keys&quot;:[&quot;a&quot;,&quot;b&quot;],&quot;Filter&quot;:{&quot;Name&quot;:&quot;n&quot;}}</Given>",
  );
  expect(text).toContain("<List><member><A>&lt;&amp;&gt;</A></member></List></EchoResult>");
});

const form = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body,
  });

test("an unknown Query action is named", async () => {
  const { url } = await endpoint({ name: "sts", operations: {} });
  const response = await form(url, "Action=Fly&Version=2011-06-15");
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/<Code>InvalidAction<\/Code><Message>.*sts:Fly/);
});

test("the Query protocol reaches the services that speak it, by POST, with its parameters in the body", async () => {
  const called: string[] = [];
  const operations = (name: string) => ({ Act: () => void called.push(name) });
  const { url } = await endpoint(
    { name: "sts", operations: operations("sts") },
    { name: "events", operations: operations("events") },
    {
      name: "lambda",
      operations: operations("lambda"),
      http: async () => ({ status: 404, headers: {}, body: "" }),
    },
  );
  const signed = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/${service}/aws4_request, Signature=0`,
  });
  const parameters = "Action=Act&Version=2011-06-15";
  await fetch(`${url}/?${parameters}`);
  await fetch(`${url}/?${parameters}`, { method: "PUT" });
  await form(`${url}/?${parameters}`, "");
  await form(url, parameters, signed("lambda"));
  const refused = await form(url, parameters, signed("events"));
  expect(await refused.text()).toContain("speaks its JSON protocol");
  expect(called).toEqual([]);
  await form(url, parameters);
  await form(url, parameters, signed("sts"));
  expect(called).toEqual(["sts", "sts"]);
});

test("a body over the limit is refused without being read completely", async () => {
  const { url } = await endpoint({ name: "sqs", operations: { SendMessage: () => ({}) } });
  const answer = await raw(
    url,
    `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-target: AmazonSQS.SendMessage\r\ncontent-length: ${2 ** 40}\r\n\r\n{`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*RequestEntityTooLargeException/);
});

test("a caller that disconnects aborts its call", async () => {
  const called = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const { url } = await endpoint({
    name: "sqs",
    operations: {
      ReceiveMessage(_input, { signal }) {
        called.resolve();
        signal?.addEventListener("abort", () => aborted.resolve());
        return new Promise(() => {});
      },
    },
  });
  const hangUp = new AbortController();
  const response = fetch(url, {
    method: "POST",
    headers: { "x-amz-target": "AmazonSQS.ReceiveMessage" },
    body: "{}",
    signal: hangUp.signal,
  }).catch(() => "gone");
  await called.promise;
  hangUp.abort();
  await aborted.promise;
  expect(await response).toBe("gone");
});

test.each([
  ["no HTTP at all", "\x00\x01\x02\r\n\r\n"],
  ["a broken header", "GET / HTTP/1.1\r\nhost\r\n\r\n"],
  ["a path that is no path", "GET * HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"],
  ["a half escape", get("host: 127.0.0.1", "/%E0%A4%A/%")],
  ["a broken signature", get("host: 127.0.0.1\r\nauthorization: AWS4-HMAC-SHA256 Credential=////")],
  [
    "a strange form",
    "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 53\r\n\r\nAction=A&Version=2011-06-15&a.b=1&a=2&__proto__.x=1&c",
  ],
])("%s does not crash the endpoint", async (_, text) => {
  const { url } = await endpoint({ name: "sts", operations: { A: () => ({}) } });
  expect(await raw(url, text)).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect((await form(url, "Action=A&Version=2011-06-15")).status).toBe(200);
});

test("a port in use is one message with the port and the remedy", async () => {
  const { url } = await endpoint();
  const port = Number(new URL(url).port);
  const kernel = {} as Kernel;
  const second = serve(kernel, { port });
  await expect(second).rejects.toThrow(UserError);
  await expect(serve(kernel, { port })).rejects.toThrow(new RegExp(`Port ${port} .*--port or MILLRACE_PORT`));
});
