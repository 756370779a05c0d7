import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { xraySegments } from "../../../lambdas/runtime/aws/relay/xray.ts";
import type { Segment } from "../../../lambdas/runtime/relay/segments.ts";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { assemblyOf } from "../cloud/assembly.ts";

let daemon: Socket;
let cloud: Cloud;
let received: string[];
let environment: NodeJS.ProcessEnv;
beforeAll(async () => {
  daemon = createSocket("udp4").bind(0, "127.0.0.1");
  await once(daemon, "listening");
  daemon.on("message", (message) => received.push(message.toString()));
  const traceDaemon = `tcp:127.0.0.1:1 udp:127.0.0.1:${(daemon.address() as AddressInfo).port}`;
  const assembly = assemblyOf({ Queue: { Type: "AWS::SQS::Queue" } });
  cloud = await startCloud({ assembly, data: undefined, port: 0, traceDaemon });
  environment = {
    AWS_XRAY_DAEMON_ADDRESS: traceDaemon,
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
});
afterAll(async () => {
  daemon.close();
  await cloud.close();
});
beforeEach(() => {
  received = [];
});

const segment = (at: number, more: object = {}): Segment => ({
  name: `step ${at}`,
  id: at.toString(16).padStart(16, "0"),
  trace_id: "1-5759e988-bd862e3fe1be46a994272793",
  start_time: 1,
  end_time: 2,
  annotations: { run: "r" },
  ...more,
});

async function eventually(count: number): Promise<void> {
  for (const until = Date.now() + 5_000; received.length < count && Date.now() < until; )
    await new Promise((resolve) => setTimeout(resolve, 10));
}

test("segments reach X-Ray through its API, whatever the sampling of the invocation: all of them, unchanged", async () => {
  const segments = Array.from({ length: 120 }, (_, at) => segment(at + 1));
  const put = xraySegments({
    ...environment,
    _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
  });
  await put!(segments);
  await eventually(120);
  expect(received.map((text) => JSON.parse(text.split("\n")[1]!))).toEqual(segments);
});

test("a refused segment is reported, with its id and the reason; the others are accepted", async () => {
  const recorded = xraySegments(environment)!([segment(1), segment(2, { trace_id: "1-2-3" })]);
  await expect(recorded).rejects.toThrow(
    "X-Ray refused segment 0000000000000002: InvalidTraceId Invalid segment. ErrorCode: InvalidTraceId",
  );
  await eventually(1);
  expect(received).toHaveLength(1);
});

test("a request that is not a list of documents is refused as AWS refuses it", async () => {
  const answer = await fetch(`${cloud.endpoint}/TraceSegments`, {
    method: "POST",
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/xray/aws4_request, x=y" },
    body: "{}",
  });
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { message: "TraceSegmentDocuments must be a list." },
  ]);
});

test("if tracing is off, there is nothing to call", () => {
  expect(xraySegments({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" })).toBeUndefined();
});
