import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { afterEach, beforeAll, expect, test } from "vitest";
import { Millrace, type MillraceProps } from "../../../lib/millrace.ts";
import { type Outside, type Simulation, simulate } from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { bookTrip, issueTicket, tellCrew } from "./trips/definitions.ts";

const handlers = `${import.meta.dirname}/trips`;
const PRODUCER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
let assembly: string;
let cloud: Simulation;
afterEach(() => cloud?.close());

function trips(outdir: string | undefined, telemetry: (stack: Stack) => MillraceProps["telemetry"]) {
  const app = new App(outdir === undefined ? {} : { outdir });
  const stack = new Stack(app, "Trips");
  const work = { workflows: [bookTrip, issueTicket], reactions: [tellCrew], handlers };
  new Millrace(stack, "Millrace", { ...work, console: false, telemetry: telemetry(stack) });
  return app;
}

beforeAll(() => {
  assembly = sharedAssembly("trips-with-telemetry", (outdir) =>
    trips(outdir, (stack) => ({
      endpoint: "https://collector.example.com",
      headers: new Secret(stack, "Headers", { generateSecretString: { passwordLength: 20 } }),
      logs: true,
    })),
  );
}, 240_000);

/** The app with a collector that gives these answers; returns what the collector received. */
async function open(answers: (path: string) => Awaited<ReturnType<Outside>>) {
  const requests: { path: string; headers: Record<string, string>; body: any }[] = [];
  cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    outside({ url, headers, body }) {
      requests.push({ path: url, headers, body: JSON.parse(String(body)) });
      return answers(url);
    },
  });
  const { SecretList } = await cloud.call("secretsmanager", "ListSecrets");
  const [{ ARN: SecretId }] = SecretList.filter(({ Name }: { Name: string }) => /Headers/.test(Name));
  await cloud.call("secretsmanager", "PutSecretValue", { SecretId, SecretString: "api-key=abc" });
  const { MillraceBus } = await cloud.outputs("Trips");
  const Detail = JSON.stringify({ trip: "t1", millrace: { id: "e1", traceparent: PRODUCER } });
  const Entries = [{ EventBusName: MillraceBus, Source: "test", DetailType: "trip.wanted", Detail }];
  await cloud.call("events", "PutEvents", { Entries });
  await cloud.advance("2 minutes");
  return {
    requests,
    spans: () =>
      requests.flatMap(({ body }) =>
        (body.resourceSpans ?? []).flatMap(({ scopeSpans }: any) => scopeSpans[0].spans),
      ) as any[],
    metrics: () =>
      requests.flatMap(({ body }) =>
        (body.resourceMetrics ?? []).flatMap(({ scopeMetrics }: any) => scopeMetrics[0].metrics),
      ) as any[],
    records: () =>
      requests.flatMap(({ body }) =>
        (body.resourceLogs ?? []).flatMap(({ scopeLogs }: any) => scopeLogs[0].logRecords),
      ) as any[],
    async lost(): Promise<number> {
      const { logGroups } = await cloud.call("logs", "DescribeLogGroups", {});
      const lines = [];
      for (const { logGroupName } of logGroups) {
        const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName });
        lines.push(...events.map(({ message }: { message: string }) => message));
      }
      const records = lines.filter((line) => line.includes("SpansLost")).map((line) => JSON.parse(line));
      return records.reduce((sum, { SpansLost }) => sum + [SpansLost].flat().reduce((a, b) => a + b, 0), 0);
    },
    async runs(): Promise<string[]> {
      const { MillraceTable: TableName } = await cloud.outputs("Trips");
      const { Items } = await cloud.call("dynamodb", "Scan", { TableName });
      return Items.flatMap(({ kind, status }: any) => (kind.S === "run" ? [status.S] : []));
    },
  };
}

test("a collector gets one trace from the producer's event to the last step, and metrics, with its headers", async () => {
  const { requests, spans, metrics, lost } = await open(() => ({ status: 200, body: "{}" }));
  expect(new Set(requests.map(({ headers }) => headers["api-key"]))).toEqual(new Set(["abc"]));
  const all = spans();
  expect(all.map(({ name }) => name).sort()).toEqual([
    "book-trip",
    "issue-ticket",
    "print-ticket",
    "reserve-seat",
    "reserve-seat",
    "tell-crew",
  ]);
  expect(new Set(all.map(({ traceId }) => traceId))).toEqual(new Set([PRODUCER.slice(3, 35)]));
  const byId = new Map(all.map((span) => [span.spanId, span]));
  expect(byId.size).toBe(all.length);
  const pathOf = (id: string): string => {
    const span = byId.get(id);
    return span ? `${pathOf(span.parentSpanId)} → ${span.name}` : id;
  };
  expect(pathOf(all.find(({ name }) => name === "print-ticket").spanId)).toBe(
    `${PRODUCER.slice(36, 52)} → book-trip → issue-ticket → print-ticket`,
  );
  expect(all.filter(({ status }) => status?.code === 2).map(({ name }) => name)).toEqual(["reserve-seat"]);
  expect(new Set(metrics().map(({ name }) => name))).toEqual(
    new Set([
      "millrace.runs.started",
      "millrace.runs.ended",
      "millrace.runs.failed",
      "millrace.step.duration",
    ]),
  );
  expect(await lost()).toBe(0);
}, 60_000);

test("a collector gets the events of runs as log records, with their trace and span, and no payload", async () => {
  const { spans, records } = await open(() => ({ status: 200, body: "{}" }));
  const all = records();
  const named = (name: string) => all.filter(({ eventName }) => eventName === `millrace.${name}`);
  const texts = (name: string) => named(name).map(({ severityText }) => severityText);
  expect([texts("run.accepted"), texts("run.succeeded"), texts("step.failed")]).toEqual([
    ["INFO", "INFO"],
    ["INFO", "INFO"],
    ["WARN"],
  ]);
  expect(named("step.started").length).toBeGreaterThanOrEqual(4);
  expect(new Set(all.map(({ traceId }) => traceId))).toEqual(new Set([PRODUCER.slice(3, 35)]));
  // Each is about a run or an attempt whose span the collector has.
  const known = new Set(spans().map(({ spanId }) => spanId));
  expect(all.filter(({ spanId }) => !known.has(spanId)).map(({ eventName }) => eventName)).toEqual([]);
  expect(
    new Set(
      all.map(
        ({ attributes }) => attributes.find(({ key }: any) => key === "log.record.uid").value.stringValue,
      ),
    ).size,
  ).toBe(all.length);
  expect(JSON.stringify(all)).not.toMatch(/"t1"|stack/);
}, 60_000);

test("a collector that is down delays no run, and the missing spans are counted", async () => {
  const { runs, lost, requests } = await open(() => {
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  });
  expect(await runs()).toEqual(["succeeded", "succeeded"]);
  expect(requests.length).toBeGreaterThan(0);
  expect(await lost()).toBeGreaterThanOrEqual(6);
}, 60_000);

test("X-Ray is switched off, in functions and state machines, and no role may write to it", () => {
  const app = trips(undefined, () => ({ endpoint: "http://127.0.0.1:4318", share: 0.5 }));
  const stack = app.node.findChild("Trips") as Stack;
  const nested = stack.node
    .findAll()
    .filter((child): child is Stack => Stack.isStack(child) && child !== stack);
  const text = [stack, ...nested].map((one) => JSON.stringify(Template.fromStack(one).toJSON())).join("\n");
  expect(text).not.toMatch(/xray:|"Mode":"Active"|"TracingConfiguration":\{"Enabled":true\}/);
  const relay = Object.values(Template.fromStack(stack).findResources("AWS::Lambda::Function")).find(
    ({ Properties }) => Properties.Description.startsWith("Publishes and logs"),
  )!;
  expect(JSON.parse(relay.Properties.Environment.Variables.MILLRACE_TELEMETRY)).toEqual({
    endpoint: "http://127.0.0.1:4318",
    share: 0.5,
    service: "Trips",
  });
}, 120_000);

test.each([
  [{ endpoint: "http://collector.example.com" }, /telemetry.endpoint is "http:\/\/collector.example.com"/],
  [{ endpoint: "https://c.example.com", share: 2 }, /telemetry.share is 2/],
])(
  "what cannot be is refused: %j",
  (telemetry, message) => {
    expect(() => trips(undefined, () => telemetry)).toThrow(message);
  },
  120_000,
);
