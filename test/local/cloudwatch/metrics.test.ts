import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { logsService } from "../../../local/logs/service.ts";
import { statesService } from "../../../local/states/service.ts";
import { serve } from "../../../local/wire/server.ts";
import { cloud, MINUTE, START } from "./cloud.ts";

const SECONDS = START / 1000;
const range = { StartTime: SECONDS - 600, EndTime: SECONDS + 600 };

const query = (Stat: string, more: object = {}, Metric: object = {}) => ({
  MetricDataQueries: [
    {
      Id: "q",
      MetricStat: { Metric: { Namespace: "Films", MetricName: "Failures", ...Metric }, Period: 60, Stat },
    },
  ],
  ...range,
  ...more,
});

test("values are aggregated by the period, in any form of input", async () => {
  const { put, monitoring } = await cloud();
  await put(3);
  await put(5);
  const MetricData = [
    { MetricName: "Failures", Values: [1, 2], Counts: [4, 1], Timestamp: SECONDS - 120 },
    { MetricName: "Failures", StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 } },
  ];
  await monitoring("PutMetricData", { Namespace: "Films", MetricData });
  const values = async (statistic: string) => {
    const { MetricDataResults } = await monitoring("GetMetricData", query(statistic));
    return MetricDataResults[0].Values;
  };
  expect(await values("Sum")).toEqual([38, 6]);
  expect(await values("SampleCount")).toEqual([4, 5]);
  expect(await values("Average")).toEqual([9.5, 1.2]);
  expect(await values("Minimum")).toEqual([3, 1]);
  expect(await values("Maximum")).toEqual([20, 2]);
  const { MetricDataResults } = await monitoring(
    "GetMetricData",
    query("Sum", { ScanBy: "TimestampAscending" }),
  );
  expect(MetricDataResults[0].Timestamps).toEqual([SECONDS - 150, SECONDS - 30]);
});

test("a call that is refused leaves nothing, and what is measured after it is kept under its own metric", async () => {
  const { put, monitoring } = await cloud();
  const failure = { MetricName: "Failures", Value: 1 };
  const none = { MetricName: "Failures" };
  const refused = monitoring("PutMetricData", { Namespace: "Films", MetricData: [failure, failure, none] });
  await expect(refused).rejects.toMatchObject({ code: "MissingParameter" });
  expect((await monitoring("ListMetrics")).Metrics).toEqual([]);
  await put(7);
  expect((await monitoring("ListMetrics")).Metrics).toHaveLength(1);
  expect((await monitoring("GetMetricData", query("Sum"))).MetricDataResults[0].Values).toEqual([7]);
});

test("other dimensions are another metric; the order of dimensions does not matter", async () => {
  const { put, monitoring } = await cloud();
  const [a, b] = [
    { Name: "kind", Value: "short" },
    { Name: "age", Value: "1" },
  ];
  await put(1, { Dimensions: [a, b] });
  await put(2, { Dimensions: [b, a] });
  await put(7);
  const sum = async (Dimensions?: object[]) =>
    (await monitoring("GetMetricData", query("Sum", {}, { Dimensions }))).MetricDataResults[0].Values;
  expect([await sum([b, a]), await sum(), await sum([a])]).toEqual([[3], [7], []]);
  expect((await monitoring("ListMetrics", { Dimensions: [{ Name: "kind" }] })).Metrics).toEqual([
    { Namespace: "Films", MetricName: "Failures", Dimensions: [b, a] },
  ]);
});

test("a log event in the embedded metric format is measured, any other is not", async () => {
  const { kernel, settle, monitoring, clock } = await cloud();
  kernel.register(logsService(kernel));
  const stream = { logGroupName: "/aws/lambda/render", logStreamName: "s" };
  await kernel.call("logs", "CreateLogGroup", stream);
  await kernel.call("logs", "CreateLogStream", stream);
  const embedded = {
    _aws: {
      Timestamp: clock.now(),
      CloudWatchMetrics: [
        {
          Namespace: "Films",
          Dimensions: [["service"], []],
          Metrics: [{ Name: "Failures", Unit: "Count" }, { Name: "absent" }],
        },
      ],
    },
    service: "render",
    Failures: [1, 2],
  };
  const malformed = [
    null,
    { ...embedded._aws.CloudWatchMetrics[0], Dimensions: ["service"] },
    { ...embedded._aws.CloudWatchMetrics[0], Dimensions: "service" },
    { ...embedded._aws.CloudWatchMetrics[0], Metrics: { Name: "Failures" } },
    { ...embedded._aws.CloudWatchMetrics[0], Metrics: [null] },
    { ...embedded._aws.CloudWatchMetrics[0], Metrics: [{ Name: "Failures", Unit: 1 }] },
    { ...embedded._aws.CloudWatchMetrics[0], Dimensions: [[1]] },
  ].map((directive) => ({
    ...embedded,
    1: "one",
    _aws: { ...embedded._aws, CloudWatchMetrics: [directive] },
  }));
  const messages = [
    ...malformed.map((event) => JSON.stringify(event)),
    JSON.stringify(embedded),
    '{"_aws": broken',
    '{"_aws":{}}',
    "plain",
  ];
  const logEvents = messages.map((message) => ({ message, timestamp: clock.now() }));
  await kernel.call("logs", "PutLogEvents", { ...stream, logEvents });
  await settle();
  expect((await monitoring("ListMetrics")).Metrics).toEqual([
    { Namespace: "Films", MetricName: "Failures", Dimensions: [{ Name: "service", Value: "render" }] },
    { Namespace: "Films", MetricName: "Failures", Dimensions: [] },
  ]);
  expect((await monitoring("GetMetricData", query("Sum"))).MetricDataResults[0].Values).toEqual([3]);
});

test("log events of one call are measured together, except for metrics that CloudWatch refuses", async () => {
  const { kernel, settle, monitoring, clock } = await cloud();
  kernel.register(logsService(kernel));
  const stream = { logGroupName: "g", logStreamName: "s" };
  await kernel.call("logs", "CreateLogGroup", stream);
  await kernel.call("logs", "CreateLogStream", stream);
  const calls: number[] = [];
  const { operations } = kernel.service("monitoring")!;
  const { PutMetricData: write } = operations;
  operations.PutMetricData = (input, context) => {
    calls.push(input.MetricData.length);
    return write!(input, context);
  };
  const line = (values: object, { Dimensions, Name = "Failures", Timestamp = clock.now() }: any = {}) =>
    JSON.stringify({
      _aws: { Timestamp, CloudWatchMetrics: [{ Namespace: "Films", Dimensions, Metrics: [{ Name }] }] },
      ...values,
    });
  const many = Array.from({ length: 31 }, (_, at) => `d${at}`);
  const messages = [
    ...Array.from({ length: 1001 }, () => line({ Failures: 1 })),
    line({ Failures: 1 }, { Dimensions: [many] }),
    line({ "": 1 }, { Name: "" }),
    line({ Failures: 1 }, { Timestamp: "now" }),
    line({ Failures: 0 }).replace('"Failures":0', '"Failures":1e999'),
  ];
  const logEvents = messages.map((message) => ({ message, timestamp: clock.now() }));
  await kernel.call("logs", "PutLogEvents", { ...stream, logEvents });
  await settle();
  expect(calls).toEqual([1000, 1]);
  expect((await monitoring("GetMetricData", query("Sum"))).MetricDataResults[0].Values).toEqual([1001]);
});

test("executions that fail are measured for the alarms that watch them", async () => {
  const { kernel, alarm, advance, changes } = await cloud();
  kernel.register(statesService(kernel));
  kernel.service("states")!.start!();
  const definition = JSON.stringify({ StartAt: "F", States: { F: { Type: "Fail" } } });
  const machine = { name: "m", definition, roleArn: "arn:aws:iam::000000000000:role/m" };
  const { stateMachineArn } = await kernel.call("states", "CreateStateMachine", machine);
  await alarm("failed", {
    Namespace: "AWS/States",
    MetricName: "ExecutionsFailed",
    Dimensions: [{ Name: "StateMachineArn", Value: stateMachineArn }],
    TreatMissingData: "notBreaching",
  });
  await advance(10 * MINUTE);
  await kernel.call("states", "StartExecution", { stateMachineArn });
  await advance(10 * MINUTE);
  expect(changes()).toEqual(["INSUFFICIENT_DATA → OK", "OK → ALARM", "ALARM → OK"]);
});

test("measurements are deleted after fifteen days", async () => {
  const { alarm, put, advance, store } = await cloud();
  await alarm("a");
  await put(1);
  await advance(16 * 24 * 60 * MINUTE);
  await put(1);
  await advance(MINUTE);
  expect(store.get("SELECT count(*) AS n FROM cloudwatch_datum")!.n).toBe(1);
});

test("the SDK's protocol is spoken, compressed bodies included", async () => {
  const { kernel, monitoring } = await cloud();
  const { url, close } = await serve(kernel, { port: 0 });
  const body = gzipSync(
    JSON.stringify({ Namespace: "Films", MetricData: [{ MetricName: "Failures", Value: 1 }] }),
  );
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "x-amz-target": "GraniteServiceVersion20100801.PutMetricData",
        "content-type": "application/x-amz-json-1.0",
        "content-encoding": "gzip",
      },
      body,
    });
    expect([response.status, await response.json()]).toEqual([200, {}]);
  } finally {
    await close();
  }
  expect((await monitoring("ListMetrics", { Namespace: "Films" })).Metrics).toHaveLength(1);
});

test.each([
  ["PutMetricData", { MetricData: [] }, "The parameter Namespace is required"],
  ["PutMetricData", { Namespace: "F", MetricData: [{ MetricName: "m" }] }, "The parameter Value is required"],
  [
    "PutMetricData",
    { Namespace: "F", MetricData: [{ MetricName: "m", StatisticValues: {} }] },
    "is no number",
  ],
  ["GetMetricData", query("p99"), "does not serve the statistic p99"],
  ["GetMetricData", { ...query("Sum"), EndTime: SECONDS - 700 }, "StartTime must be less"],
  ["GetMetricData", { MetricDataQueries: [{ Id: "Q", Expression: "1" }] }, "begins with a lower-case letter"],
])("%s %j is refused", async (operation, input, message) => {
  const { monitoring, put } = await cloud();
  await put(1);
  await expect(monitoring(operation, input)).rejects.toThrow(message);
});
