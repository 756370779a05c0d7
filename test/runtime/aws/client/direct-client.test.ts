import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterEach, expect, test } from "vitest";
import { direct } from "../../../../lambdas/runtime/aws/client/direct-client.ts";
import { directService } from "../../../../lambdas/runtime/aws/client/direct-service.ts";
import { jsonCall } from "../../../../lambdas/runtime/aws/client/json-service.ts";
import { Signer } from "../../../../lambdas/runtime/aws/client/signature.ts";

const NOW = Date.parse("2026-11-22T23:59:59.500Z");
const HOST = { service: "dynamodb", target: "DynamoDB_20120810", version: "1.0" } as const;
const FUNCTION = {
  AWS_LAMBDA_FUNCTION_NAME: "f",
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "id",
  AWS_SECRET_ACCESS_KEY: "secret",
};

/** As the SDK wants a hash. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | Uint8Array) {
    this.hash = secret ? createHmac("sha256", secret) : createHash("sha256");
  }
  update(data: string | Uint8Array) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
  reset() {}
}

test.each([undefined, "a+session/token=="])(
  "a call is signed as the SDK signs it, with the session token %s",
  async (sessionToken) => {
    const credentials = {
      accessKeyId: "AKID",
      secretAccessKey: "s/e+c",
      ...(sessionToken && { sessionToken }),
    };
    const headers = {
      host: "dynamodb.eu-west-1.amazonaws.com",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.BatchGetItem",
    };
    const body = JSON.stringify({ text: "ü" });
    const theirs = new SignatureV4({
      service: "dynamodb",
      region: "eu-west-1",
      credentials,
      sha256: Sha256 as never,
      applyChecksum: false,
    });
    const signer = new Signer("dynamodb", "eu-west-1");
    for (const time of [NOW, NOW + 60_000]) {
      const request = {
        method: "POST",
        protocol: "https:",
        hostname: headers.host,
        path: "/",
        headers,
        body,
      };
      const signed: unknown = await theirs.sign(request as never, { signingDate: new Date(time) });
      expect(signer.sign({ headers, body }, credentials, time)).toEqual((signed as typeof request).headers);
    }
  },
);

test.each([
  ["a function", {}, "https://dynamodb.eu-west-1.amazonaws.com/"],
  ["a function with an endpoint", { AWS_ENDPOINT_URL: "http://127.0.0.1:7" }, "http://127.0.0.1:7/"],
  [
    "a function with an endpoint for the service",
    { AWS_ENDPOINT_URL: "http://127.0.0.1:7", AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:8" },
    "http://127.0.0.1:8/",
  ],
  ["another program", { AWS_LAMBDA_FUNCTION_NAME: "" }, undefined],
  ["a function whose credentials are elsewhere", { AWS_ACCESS_KEY_ID: "" }, undefined],
  ["a region of another partition", { AWS_REGION: "cn-north-1" }, undefined],
  ["a region of the government", { AWS_REGION: "us-gov-west-1" }, undefined],
  ["FIPS", { AWS_USE_FIPS_ENDPOINT: "true" }, undefined],
  ["attempts that are set", { AWS_MAX_ATTEMPTS: "9" }, undefined],
])("where calls of %s go", (_what, more, endpoint) => {
  expect(directService(HOST, { ...FUNCTION, ...more })?.endpoint.href).toBe(endpoint);
});

test("if the environment needs the SDK, the client is the SDK's", () => {
  const sdk = { send: async () => ({}) };
  expect(direct(sdk, { ...HOST, shapes: new Map() }, 3, {})).toBe(sdk);
});

type Answer = { status?: number; body?: string; headers?: Record<string, string>; drop?: true };
let stop = () => {};
afterEach(() => stop());

/** A call to a server that gives these answers one after another, and what it was asked. */
async function calling(answers: Answer[], maxAttempts = 3) {
  const asked: { request: IncomingMessage; body: string }[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ request, body: await text(request) });
    const { status = 200, body = "{}", headers = {}, drop } = answers[asked.length - 1]!;
    if (drop) response.destroy();
    else response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = { ...FUNCTION, AWS_ENDPOINT_URL: endpoint, _X_AMZN_TRACE_ID: "Root=1" };
  return { asked, call: jsonCall({ ...directService(HOST, environment)!, maxAttempts }) };
}

test("a call is one POST with the operation, the trace of the invocation and headers of its own", async () => {
  const { asked, call } = await calling([{ body: '{"a":1}' }, {}]);
  expect(await call("GetItem", { Key: "ü" })).toEqual({ a: 1 });
  await call("GetItem", {}, { "x-amzn-trace-id": "Root=2" });
  const [{ request, body }, other] = asked as [(typeof asked)[0], (typeof asked)[0]];
  expect([request.method, request.url, body]).toEqual(["POST", "/", '{"Key":"ü"}']);
  expect(request.headers).toMatchObject({
    "x-amz-target": "DynamoDB_20120810.GetItem",
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-trace-id": "Root=1",
    authorization: expect.stringContaining("Credential=id/"),
  });
  expect(other.request.headers["x-amzn-trace-id"]).toBe("Root=2");
});

const refusal = (type: string) => JSON.stringify({ __type: `com.amazonaws#${type}`, message: "no", Item: 7 });

test.each<[string, Answer]>([
  ["a throttle", { status: 400, body: refusal("ThrottlingException") }],
  ["a fault of the service", { status: 500, body: "<html>" }],
  ["a connection that breaks", { drop: true }],
])("%s is retried", async (_what, answer) => {
  const { asked, call } = await calling([answer, { body: '{"a":1}' }]);
  expect(await call("GetItem", {})).toEqual({ a: 1 });
  expect(asked).toHaveLength(2);
});

test("a refusal is an error with the name, text, members and attempts that the SDK gives it", async () => {
  const { call } = await calling([{ status: 400, body: refusal("ValidationException") }]);
  await expect(call("GetItem", {})).rejects.toMatchObject({
    name: "ValidationException",
    message: "no",
    Item: 7,
    $metadata: { httpStatusCode: 400, attempts: 1 },
  });
});

test("after the last attempt, the last error remains", async () => {
  const answers = Array.from({ length: 2 }, () => ({ status: 503, body: refusal("ServiceUnavailable") }));
  const { asked, call } = await calling(answers, 2);
  await expect(call("GetItem", {})).rejects.toMatchObject({
    name: "ServiceUnavailable",
    $metadata: { attempts: 2 },
  });
  expect(asked).toHaveLength(2);
});
