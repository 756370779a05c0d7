import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { JsonLogsSerializer, JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import * as packaged from "@opentelemetry/semantic-conventions/incubating";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callSpans } from "../../../lambdas/runtime/model/call-spans.ts";
import type { LogRecord } from "../../../lambdas/runtime/ports/log-record.ts";
import type { Measure } from "../../../lambdas/runtime/ports/measure.ts";
import type { Span } from "../../../lambdas/runtime/ports/span.ts";
import { CONVENTIONS } from "../../../lambdas/runtime/telemetry/conventions.ts";
import { type OtlpOptions, otlp } from "../../../lambdas/runtime/telemetry/exporter.ts";
import { readHeaders } from "../../../lambdas/runtime/telemetry/headers.ts";
import { logRequest } from "../../../lambdas/runtime/telemetry/otlp-logs.ts";
import { metricRequest } from "../../../lambdas/runtime/telemetry/otlp-metrics.ts";
import { traceRequest } from "../../../lambdas/runtime/telemetry/otlp-traces.ts";
import { isSampled } from "../../../lambdas/runtime/telemetry/sampling.ts";
import { readTraceparent, traceparentOfEvent } from "../../../lib/contract/trace.ts";

const PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OWN = "00-0af7651916cd43dd8448eb211c80319c-00000000000000aa-01";
const FROM = "2026-11-22T10:00:00.250Z";
const TO = "2026-11-22T10:00:02.000Z";

const span = (more: Partial<Span> = {}): Span => ({
  name: "draw",
  traceparent: OWN,
  parent: PARENT,
  from: FROM,
  to: TO,
  failure: undefined,
  about: { run: "w-1", step: "draw", attempt: 2 },
  message: {},
  ...more,
});

const spansIn = (request: any): any[] =>
  (request?.resourceSpans ?? []).flatMap(({ scopeSpans }: any) =>
    scopeSpans.flatMap(({ spans }: any) => spans),
  );
const plain = (attributes: any[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

describe("spans", () => {
  test("are written as the official serializer writes them", () => {
    const failure = { name: "TypeError", message: "no paper", stack: "at draw" };
    const ours = traceRequest([span({ failure })], { "service.name": "films" });
    const attributes = {
      "millrace.run": "w-1",
      "millrace.step": "draw",
      "millrace.attempt": 2,
      "messaging.system.name": "aws.sqs",
      "messaging.operation.type": "process",
      "messaging.operation.name": "process",
      "faas.trigger": "pubsub",
      "error.type": "TypeError",
    };
    const time = (iso: string): [number, number] => [
      Math.floor(Date.parse(iso) / 1000),
      (Date.parse(iso) % 1000) * 1e6,
    ];
    const theirs = JsonTraceSerializer.serializeRequest([
      {
        name: "draw",
        kind: 4,
        startTime: time(FROM),
        endTime: time(TO),
        attributes,
        links: [],
        spanContext: () => ({ traceId: OWN.slice(3, 35), spanId: OWN.slice(36, 52), traceFlags: 1 }),
        parentSpanContext: {
          traceId: PARENT.slice(3, 35),
          spanId: PARENT.slice(36, 52),
          traceFlags: 1,
          isRemote: true,
        },
        status: { code: 2, message: "no paper" },
        events: [
          {
            name: "exception",
            time: time(TO),
            attributes: {
              "exception.type": "TypeError",
              "exception.message": "no paper",
              "exception.stacktrace": "at draw",
            },
          },
        ],
        resource: resourceFromAttributes({ "service.name": "films" }),
        instrumentationScope: { name: "millrace" },
      } as any,
    ]);
    const expected = JSON.parse(new TextDecoder().decode(theirs));
    // We leave out counts of what was dropped and empty lists, and write 64 bits as the protocol wants it: as text.
    const reduced = JSON.parse(
      JSON.stringify(expected, (key, value) => {
        if (key === "intValue") return String(value);
        return /^dropped/.test(key) || (key === "links" && value.length === 0) ? undefined : value;
      }),
    );
    expect(sorted(ours)).toEqual(sorted(reduced));
  });

  test("of a run and a reaction name the event that they handle, and are linked to its producer", () => {
    const message = { id: "e1", name: "order.placed", conversation: "c1" };
    const [run] = spansIn(traceRequest([span({ message })], {}));
    expect(run.links).toEqual([{ traceId: PARENT.slice(3, 35), spanId: PARENT.slice(36, 52) }]);
    expect(run.parentSpanId).toBe(PARENT.slice(36, 52));
    expect(plain(run.attributes)).toMatchObject({
      "messaging.system.name": "aws.eventbridge",
      "messaging.destination.name": "order.placed",
      "messaging.message.id": "e1",
      "messaging.message.conversation_id": "c1",
    });
  });

  test("that are still open are not sent", () => {
    expect(traceRequest([span({ to: undefined })], {})).toBeUndefined();
  });

  test("of a call of a model have the names of the conventions for GenAI", () => {
    const of = callSpans(OWN, { provider: "bedrock", model: "haiku" });
    const call = { prompt: "write", from: Date.parse(FROM), to: Date.parse(TO) };
    const first = of({ ...call, tokens: { input: 10, output: 5 } })!;
    const second = of({ ...call, failure: { name: "ModelBusy", message: "later" } })!;
    expect(first.traceparent).not.toBe(second.traceparent);
    const [answered, failed] = spansIn(traceRequest([first, second], {}));
    expect(answered).toMatchObject({ name: "chat haiku", kind: 3, parentSpanId: OWN.slice(36, 52) });
    expect(plain(answered.attributes)).toEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "aws.bedrock",
      "gen_ai.request.model": "haiku",
      "gen_ai.usage.input_tokens": "10",
      "gen_ai.usage.output_tokens": "5",
      "millrace.prompt": "write",
    });
    expect(failed.status).toEqual({ code: 2, message: "later" });
    expect(callSpans(undefined, { provider: "embedded" })(call)).toBeUndefined();
  });

  test("have the names of the conventions as the package has them today", () => {
    const known = new Set(Object.values(packaged));
    expect(Object.values(CONVENTIONS).filter((name) => !known.has(name as never))).toEqual([]);
  });
});

const logRecord = (more: Partial<LogRecord> = {}): LogRecord => ({
  name: "step.failed",
  id: "e1",
  at: FROM,
  severity: "error",
  traceparent: OWN,
  about: { run: "w-1", step: "draw", attempt: 2 },
  failure: { name: "TypeError", message: "no paper" },
  ...more,
});
const recordsIn = (request: any): any[] =>
  (request?.resourceLogs ?? []).flatMap(({ scopeLogs }: any) =>
    scopeLogs.flatMap(({ logRecords }: any) => logRecords),
  );

describe("log records", () => {
  test("are written as the official serializer writes them", () => {
    const seen = Date.parse(TO);
    const ours = logRequest([logRecord()], seen, { "service.name": "films" });
    const time = (ms: number): [number, number] => [Math.floor(ms / 1000), (ms % 1000) * 1e6];
    const theirs = JsonLogsSerializer.serializeRequest([
      {
        hrTime: time(Date.parse(FROM)),
        hrTimeObserved: time(seen),
        severityNumber: 17,
        severityText: "ERROR",
        eventName: "millrace.step.failed",
        body: "step.failed draw in w-1: TypeError: no paper",
        attributes: {
          "millrace.run": "w-1",
          "millrace.step": "draw",
          "millrace.attempt": 2,
          "log.record.uid": "e1",
          "exception.type": "TypeError",
          "exception.message": "no paper",
        },
        droppedAttributesCount: 0,
        spanContext: { traceId: OWN.slice(3, 35), spanId: OWN.slice(36, 52), traceFlags: 1 },
        resource: resourceFromAttributes({ "service.name": "films" }),
        instrumentationScope: { name: "millrace" },
      } as any,
    ]);
    const expected = JSON.parse(new TextDecoder().decode(theirs), (key, value) => {
      if (key === "intValue") return String(value);
      return /^dropped/.test(key) ? undefined : value;
    });
    expect(sorted(ours)).toEqual(sorted(expected));
  });

  test("without a trace have no ids of one", () => {
    const [record] = recordsIn(logRequest([logRecord({ traceparent: undefined })], 1, {}));
    expect(record).not.toHaveProperty("traceId");
    expect(record).not.toHaveProperty("spanId");
    expect(logRequest([], 1, {})).toBeUndefined();
  });
});

test("metrics are counted by their dimensions, durations in buckets that hold each once", () => {
  const count = (name: Measure["name"], status: string): Measure => ({
    name,
    unit: "count",
    value: 1,
    dimensions: { workflow: "w", status },
  });
  const took = (value: number): Measure => ({
    name: "StepDuration",
    unit: "milliseconds",
    value,
    dimensions: { workflow: "w", step: "s" },
  });
  const measures = [
    count("RunsEnded", "failed"),
    count("RunsEnded", "failed"),
    count("RunsEnded", "succeeded"),
  ];
  const request: any = metricRequest(
    [...measures, took(50), took(1_750), took(900_000)],
    { from: 1, to: 2 },
    {},
  );
  const [ended, duration] = request.resourceMetrics[0].scopeMetrics[0].metrics;
  expect(ended).toMatchObject({
    name: "millrace.runs.ended",
    unit: "{run}",
    sum: { aggregationTemporality: 1, isMonotonic: true },
  });
  expect(ended.sum.dataPoints.map(({ asInt, attributes }: any) => [asInt, plain(attributes)])).toEqual([
    ["2", { "millrace.workflow": "w", "millrace.status": "failed" }],
    ["1", { "millrace.workflow": "w", "millrace.status": "succeeded" }],
  ]);
  const [point] = duration.histogram.dataPoints;
  expect(duration).toMatchObject({ name: "millrace.step.duration", unit: "s" });
  expect(point).toMatchObject({ count: "3", sum: 901.8, min: 0.05, max: 900 });
  expect([point.startTimeUnixNano, point.timeUnixNano]).toEqual(["1000000", "2000000"]);
  expect(point.bucketCounts).toHaveLength(point.explicitBounds.length + 1);
  expect(point.bucketCounts.map(Number).reduce((sum: number, n: number) => sum + n)).toBe(3);
  expect([point.bucketCounts[0], point.bucketCounts[5], point.bucketCounts.at(-1)]).toEqual(["1", "1", "1"]);
  expect(metricRequest([], { from: 1, to: 2 }, {})).toBeUndefined();
});

test("a share of traces is sent, all spans of each, and none that its producer does not record", () => {
  const ids = Array.from({ length: 4_000 }, (_, at) => traceparentOfEvent(`e${at}`));
  const sent = ids.filter((id) => isSampled(id, 0.25)).length;
  expect(sent).toBeGreaterThan(900);
  expect(sent).toBeLessThan(1_100);
  for (const id of ids.slice(0, 100)) {
    const { trace } = readTraceparent(id)!;
    expect(isSampled(`00-${trace}-00000000000000bb-01`, 0.25)).toBe(isSampled(id, 0.25));
    // A larger share contains these too.
    if (isSampled(id, 0.25)) expect(isSampled(id, 0.5)).toBe(true);
  }
  expect([isSampled(PARENT, 1), isSampled(PARENT, 0)]).toEqual([true, false]);
  expect(isSampled(PARENT.replace(/01$/, "00"), 1)).toBe(false);
});

test("headers are written as for OpenTelemetry's exporters, and what is none is refused unsaid", () => {
  expect(readHeaders("Api-Key=abc%3D%3D, x-team = films,")).toEqual({
    "api-key": "abc==",
    "x-team": "films",
  });
  expect(() => readHeaders("api-key=a,private")).toThrow(/Header 2 .* "name=value"/);
  expect(() => readHeaders("api-key=a,private")).not.toThrow(/private/);
});

describe("a collector", () => {
  let server: Server;
  let received: { url: string; headers: Record<string, any>; body: any }[];
  let answer: { status: number; body: string };
  let now: number;
  beforeEach(async () => {
    [received, answer, now] = [[], { status: 200, body: "{}" }, 1_000_000];
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        received.push({ url: request.url!, headers: request.headers, body: JSON.parse(body) });
        response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  });
  afterEach(() => void server.close());

  const open = (more: Partial<OtlpOptions> = {}) =>
    otlp({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/otlp/`,
      headers: async () => ({ "api-key": "abc" }),
      share: 1,
      resource: { "service.name": "films" },
      fetch,
      now: () => now,
      ...more,
    });
  const started: Measure = { name: "RunsStarted", unit: "count", value: 1, dimensions: { workflow: "w" } };

  test("gets spans and metrics at their paths below its URL, with its headers", async () => {
    expect(await open().record([span()], [started])).toBe(0);
    expect(received.map(({ url }) => url).sort()).toEqual(["/otlp/v1/metrics", "/otlp/v1/traces"]);
    for (const { headers } of received)
      expect(headers).toMatchObject({ "content-type": "application/json", "api-key": "abc" });
  });

  test("gets many spans in requests that are not too large", async () => {
    await open().record(
      Array.from({ length: 1_000 }, () => span()),
      [],
    );
    expect(received.map(({ body }) => spansIn(body).length)).toEqual([512, 488]);
  });

  test("that refuses some of a request is not asked again; they are counted", async () => {
    answer.body = JSON.stringify({ partialSuccess: { rejectedSpans: "2", errorMessage: "too old" } });
    expect(await open().record([span(), span(), span()], [])).toBe(2);
    expect(received).toHaveLength(1);
  });

  test("that fails gets no request for half a minute, and the spans of that time are counted as lost", async () => {
    answer = { status: 503, body: "overloaded" };
    const traces = open();
    await expect(traces.record([span()], [started])).rejects.toThrow(/answered 503: overloaded/);
    const before = received.length;
    expect(await traces.record([span(), span()], [started])).toBe(2);
    expect(received).toHaveLength(before);
    now += 30_000;
    answer = { status: 200, body: "" };
    expect(await traces.record([span()], [])).toBe(0);
  });

  test("gets log records where that is wanted, those of sampled traces and those of none", async () => {
    expect(open().log).toBeUndefined();
    const half = [logRecord(), logRecord({ traceparent: undefined, id: "e2" })];
    expect(await open({ logs: true }).log!(half)).toBe(0);
    expect(received.map(({ url }) => url)).toEqual(["/otlp/v1/logs"]);
    expect(recordsIn(received[0]!.body).map(({ attributes }) => plain(attributes)["log.record.uid"])).toEqual(
      ["e1", "e2"],
    );
    await open({ logs: true, share: 0 }).log!(half);
    expect(recordsIn(received[1]!.body)).toHaveLength(1);
    answer.body = JSON.stringify({ partialSuccess: { rejectedLogRecords: "2" } });
    expect(await open({ logs: true }).log!(half)).toBe(2);
  });

  test("that refuses log records is left alone for spans, too", async () => {
    answer = { status: 503, body: "overloaded" };
    const traces = open({ logs: true });
    await expect(traces.log!([logRecord()])).rejects.toThrow(/answered 503/);
    expect(await traces.record([span()], [])).toBe(1);
    expect(await traces.log!([logRecord(), logRecord()])).toBe(2);
    expect(received).toHaveLength(1);
  });

  test("is not asked where there is nothing to send", async () => {
    expect(await open({ share: 0 }).record([span()], [])).toBe(0);
    expect(await open().record([span({ to: undefined })], [])).toBe(0);
    expect(received).toEqual([]);
  });
});

/** With attributes in the order of their names. */
function sorted(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner) =>
      key === "attributes" ? [...inner].sort((a: any, b: any) => (a.key < b.key ? -1 : 1)) : inner,
    ),
  );
}
