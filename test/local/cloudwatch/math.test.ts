import { describe, expect, test } from "vitest";
import { evaluate } from "../../../local/cloudwatch/math/evaluate.ts";
import { parse } from "../../../local/cloudwatch/math/parse.ts";
import { cloud, MINUTE, START } from "./cloud.ts";

const TIMES = [0, 60, 120];
/** Values by the minute; null where there is none. */
const SERIES: Record<string, (number | null)[]> = {
  m1: [1, 2, 3],
  m2: [10, null, 30],
  none: [null, null, null],
  zero: [0, 0, 5],
};

function values(expression: string): (number | null)[] {
  const series = evaluate(parse(expression), {
    times: TIMES,
    seriesOf: (id) =>
      new Map(SERIES[id]!.flatMap((value, at) => (value === null ? [] : [[TIMES[at]!, value] as const]))),
  });
  return TIMES.map((time) => series.get(time) ?? null);
}

test.each([
  ["m1", [1, 2, 3]],
  ["7", [7, 7, 7]],
  ["1 + 2 * 3 - 4 / 2", [5, 5, 5]],
  ["(1 + 2) * m1", [3, 6, 9]],
  ["2 ^ m1", [2, 4, 8]],
  ["-m1 + 5", [4, 3, 2]],
  ["m1 - m1 - 1", [-1, -1, -1]],
  // Where one of them has no value, neither has what they come to.
  ["m1 + m2", [11, null, 33]],
  ["m1 / zero", [null, null, 0.6]],
  ["none + 1", [null, null, null]],
  ["IF(m2 > 20, 1, 0)", [0, null, 1]],
  ["FILL(m2, 0) + m1", [11, 2, 33]],
  ["FILL(m2, REPEAT)", [10, 10, 30]],
  ["m1 >= 2", [0, 1, 1]],
  ["m1 > 1 AND m1 < 3", [0, 1, 0]],
  ["m1 == 1 || m1 == 3", [1, 0, 1]],
  ["IF(m1 >= 2, 100 * m1, 0)", [0, 200, 300]],
  ["IF(m1 > 1, m1)", [null, 2, 3]],
  ["SUM([m1, m2])", [11, 2, 33]],
  ["SUM([m1, none])", [1, 2, 3]],
  ["MAX([m1, m2])", [10, 2, 30]],
  ["MIN(m1) + AVG(m1)", [3, 3, 3]],
  ["ABS(FLOOR(-m1 / 2))", [1, 1, 2]],
])("the value of %s is %j", (expression, expected) => {
  expect(values(expression)).toEqual(expected);
});

test.each([
  ["m1 +", 'cannot read the expression "m1 +" at its end'],
  ["m1 m2", 'at "m2"'],
  ["(m1", "at its end"],
  ["IF(m1", "at its end"],
  ["M1", 'at "M1"'],
  ["m1 % 2", 'at "%"'],
  ["ANOMALY_DETECTION_BAND(m1)", "does not serve the function ANOMALY_DETECTION_BAND"],
  ["FILL(m1)", "FILL takes 2 arguments; 1 are given"],
  ["FILL(m1, LINEAR)", "fills with a number or REPEAT"],
  ["[m1, m2]", "comes to a list"],
  ["[m1] + 1", "neither a number nor a series"],
  ["SUM(1)", "A series, or a list of them, is needed"],
])("%s is refused", (expression, message) => {
  expect(() => values(expression)).toThrow(message);
});

const metric = (Id: string, MetricName: string, Stat: string) => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric: { Namespace: "Films", MetricName }, Period: 60, Stat },
});
const SHARE: { Id: string; Expression?: string }[] = [
  { Id: "share", Expression: "IF(ended >= 4, 100 * failed / ended, 0)" },
  metric("failed", "Failures", "Sum"),
  metric("ended", "Failures", "SampleCount"),
];

describe("an alarm on an expression", () => {
  const opened = async (Metrics: object[] = SHARE) => {
    const local = await cloud();
    const create = () =>
      local.monitoring("PutMetricAlarm", {
        AlarmName: "share",
        Metrics,
        EvaluationPeriods: 1,
        Threshold: 50,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "notBreaching",
      });
    const ended = (failed: number[]) =>
      local.monitoring("PutMetricData", {
        Namespace: "Films",
        MetricData: [{ MetricName: "Failures", Values: failed }],
      });
    return { ...local, create, ended };
  };

  test("changes state by the value of its expression, and publishes it with its metrics", async () => {
    const { create, ended, advance, changes, calls } = await opened();
    await create();
    await ended([1, 1, 1]);
    await advance(MINUTE);
    await ended([1, 1, 1, 0]);
    await advance(MINUTE);
    await ended([0, 0, 0, 1]);
    await advance(MINUTE);
    expect(changes()).toEqual(["INSUFFICIENT_DATA → OK", "OK → ALARM", "ALARM → OK"]);
    const [, { input }] = calls as any;
    const { configuration, state } = JSON.parse(input.Entries[0].Detail);
    expect(JSON.parse(state.reasonData)).toMatchObject({ recentDatapoints: [75], period: 60 });
    expect(configuration.metrics).toMatchObject([
      { id: "share", expression: SHARE[0]!.Expression, returnData: true },
      { id: "failed", metricStat: { metric: { name: "Failures", namespace: "Films" } }, returnData: false },
      { id: "ended", metricStat: { stat: "SampleCount", period: 60 } },
    ]);
  });

  test("measures the queues of its queries, like an alarm on one metric", async () => {
    const waiting = {
      ...metric("waiting", "ApproximateNumberOfMessagesVisible", "Maximum"),
      MetricStat: {
        Metric: {
          Namespace: "AWS/SQS",
          MetricName: "ApproximateNumberOfMessagesVisible",
          Dimensions: [{ Name: "QueueName", Value: "dead" }],
        },
        Period: 60,
        Stat: "Maximum",
      },
    };
    const { create, send, advance, changes } = await opened([
      { Id: "many", Expression: "60 * waiting" },
      waiting,
    ]);
    await create();
    await advance(2 * MINUTE);
    await send();
    await advance(2 * MINUTE);
    expect(changes()).toEqual(["INSUFFICIENT_DATA → OK", "OK → ALARM"]);
  });

  test.each([
    [
      [SHARE[1], SHARE[2], { Id: "e", Expression: "failed + unknown" }],
      'names "unknown", and there is no such query',
    ],
    [
      [
        { Id: "a", Expression: "b" },
        { Id: "b", Expression: "a", ReturnData: false },
      ],
      "An alarm needs a metric",
    ],
    [
      [SHARE[0], SHARE[1], { ...SHARE[2], ReturnData: true }],
      "Exactly one query of an alarm must return data; 2 do",
    ],
    [[SHARE[1]], "Exactly one query of an alarm must return data; 0 do"],
    [[SHARE[0], SHARE[1], SHARE[1]], 'The Id "failed" names two queries'],
    [
      [{ Id: "p", MetricStat: metric("p", "Failures", "p99").MetricStat }],
      "does not serve the statistic p99",
    ],
    [
      [{ Id: "p", MetricStat: { ...metric("p", "Failures", "Sum").MetricStat, Period: 10 } }],
      "multiple of 60; it is 10",
    ],
  ])("%j is refused", async (Metrics, message) => {
    await expect((await opened(Metrics as object[])).create()).rejects.toThrow(message);
  });
});

test("expressions are computed for readers, whichever of their inputs are returned", async () => {
  const { put, monitoring } = await cloud();
  await put(3);
  const read = (...MetricDataQueries: object[]) =>
    monitoring("GetMetricData", {
      MetricDataQueries,
      StartTime: START / 1000 - 60,
      EndTime: START / 1000 + 60,
    });
  const failed = metric("failed", "Failures", "Sum");
  const half = { Id: "half", Expression: "failed / 2", ReturnData: false };
  const double = { Id: "double", Expression: "2 * half", Label: "Twice" };
  expect((await read(double, half, failed)).MetricDataResults).toMatchObject([
    { Id: "double", Label: "Twice", Values: [3] },
  ]);
  await expect(read(double, { ...half, Expression: "double + failed" }, failed)).rejects.toThrow(
    'The expression "double" refers to itself',
  );
});
