import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Store } from "../../../local/kernel/store.ts";
import { cloud, DEAD_LETTERS, MINUTE, START } from "./cloud.ts";

test("a metric that crosses the threshold puts the alarm into ALARM at the full minute, and back", async () => {
  const { alarm, put, state, advance, changes } = await cloud();
  await alarm("a", { TreatMissingData: "notBreaching" });
  expect(await state("a")).toBe("INSUFFICIENT_DATA");
  await advance(MINUTE);
  expect(await state("a")).toBe("OK");
  await put(1);
  await advance(MINUTE);
  expect(await state("a")).toBe("ALARM");
  await advance(5 * MINUTE);
  expect(await state("a")).toBe("OK");
  expect(changes()).toEqual(["INSUFFICIENT_DATA → OK", "OK → ALARM", "ALARM → OK"]);
});

test("the changes of one minute are published together, ten in a call", async () => {
  const { alarm, advance, calls } = await cloud();
  for (let at = 0; at < 12; at++) await alarm(`a${at}`, { TreatMissingData: "notBreaching" });
  await advance(MINUTE);
  const published = calls.filter(({ operation }) => operation === "PutEvents");
  expect(published.map(({ input }) => input.Entries.length)).toEqual([10, 2]);
});

test("the change is an event on the default bus, of the documented shape", async () => {
  const { alarm, put, advance, calls } = await cloud();
  await alarm("a", { AlarmDescription: "Films fail", Dimensions: [{ Name: "kind", Value: "short" }] });
  await put(2, { Dimensions: [{ Name: "kind", Value: "short" }] });
  await advance(MINUTE);
  const [{ input, caller }] = calls as any;
  const [{ Detail, ...entry }] = input.Entries;
  const noon = "2026-11-21T07:01:00.000+0000";
  expect(caller).toBe("cloudwatch.amazonaws.com");
  expect(entry).toEqual({
    Source: "aws.cloudwatch",
    DetailType: "CloudWatch Alarm State Change",
    Resources: ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:a"],
    Time: (START + MINUTE / 2) / 1000,
  });
  expect(JSON.parse(Detail)).toEqual({
    alarmName: "a",
    configuration: {
      description: "Films fail",
      metrics: [
        {
          id: expect.any(String),
          metricStat: {
            metric: { dimensions: { kind: "short" }, name: "Failures", namespace: "Films" },
            period: 60,
            stat: "Sum",
          },
          returnData: true,
        },
      ],
    },
    previousState: {
      reason: "Unchecked: Initial alarm creation",
      timestamp: "2026-11-21T07:00:30.000+0000",
      value: "INSUFFICIENT_DATA",
    },
    state: {
      reason: expect.stringMatching(
        /^Threshold Crossed: 1 out of the last 1 datapoint \[2\.0 \(21\/11\/26 07:00:00\)\]/,
      ),
      reasonData: JSON.stringify({
        version: "1.0",
        queryDate: noon,
        startDate: "2026-11-21T07:00:00.000+0000",
        statistic: "Sum",
        period: 60,
        recentDatapoints: [2],
        threshold: 1,
      }),
      timestamp: noon,
      value: "ALARM",
    },
  });
});

test("a queue's own metrics are measured for the alarms that watch them", async () => {
  const { alarm, send, purge, advance, changes, clock } = await cloud();
  await alarm("dead", DEAD_LETTERS);
  await advance(60 * MINUTE);
  expect(clock.next()).toBeUndefined();
  await send();
  await advance(2 * MINUTE);
  await advance(24 * 60 * MINUTE);
  expect(clock.next()).toBeUndefined();
  await purge();
  await send();
  await purge().catch(() => {});
  await advance(2 * MINUTE);
  expect(changes()).toEqual(["INSUFFICIENT_DATA → OK", "OK → ALARM"]);
});

test("a steady value within the threshold is not evaluated again, for any period, until something happens", async () => {
  const { alarm, send, advance, changes, clock } = await cloud();
  await alarm("dead", { ...DEAD_LETTERS, Period: 300, EvaluationPeriods: 12, DatapointsToAlarm: 1 });
  await advance(2 * MINUTE);
  expect(clock.next()).toBeUndefined();
  await advance(30 * MINUTE);
  await send();
  await advance(2 * MINUTE);
  expect(changes()).toEqual(["INSUFFICIENT_DATA → OK", "OK → ALARM"]);
});

test.each([
  ["another statistic, for which the length of the period matters", { Statistic: "Sum", Threshold: 3 }],
  ["a value beyond the threshold in a period before", { EvaluationPeriods: 2, Threshold: 1 }],
])("it is evaluated until the range is uniform with %s", async (_, more) => {
  const { alarm, send, purge, advance, clock } = await cloud();
  await send();
  await alarm("dead", { ...DEAD_LETTERS, Period: 300, ...more });
  await advance(2 * MINUTE);
  if ("EvaluationPeriods" in more) await purge();
  await advance(2 * MINUTE);
  expect(clock.next()! - clock.now()).toBeLessThanOrEqual(MINUTE);
});

test("the age of the oldest message is a metric too", async () => {
  const { alarm, send, advance, changes } = await cloud();
  await alarm("old", { ...DEAD_LETTERS, MetricName: "ApproximateAgeOfOldestMessage", Threshold: 3600 });
  await send();
  await advance(59 * MINUTE);
  expect(changes()).toEqual(["INSUFFICIENT_DATA → OK"]);
  await advance(3 * MINUTE);
  expect(changes()).toEqual(["INSUFFICIENT_DATA → OK", "OK → ALARM"]);
});

test("minutes without events count with their last value", async () => {
  const { alarm, send, advance, monitoring } = await cloud();
  await alarm("dead", DEAD_LETTERS);
  await send();
  await advance(60 * MINUTE);
  await send();
  await advance(MINUTE);
  const { MetricName, Namespace, Dimensions } = DEAD_LETTERS;
  const { Datapoints } = await monitoring("GetMetricStatistics", {
    MetricName,
    Namespace,
    Dimensions,
    Statistics: ["Minimum", "SampleCount"],
    Period: 60,
    StartTime: (START + 58 * MINUTE) / 1000,
    EndTime: (START + 61 * MINUTE) / 1000,
  });
  expect(Datapoints.map(({ Minimum, SampleCount }: any) => [Minimum, SampleCount])).toEqual([
    [1, 1],
    [1, 1],
    [2, 1],
  ]);
});

test("an evaluation happens only when a measurement moves to another period", async () => {
  const { alarm, put, state, advance, clock } = await cloud();
  await alarm("a", { Period: 3600, TreatMissingData: "notBreaching" });
  await put(1);
  await advance(2 * MINUTE);
  expect(await state("a")).toBe("ALARM");
  // Once the latest of three hours has it, then the one before, then the one before that, then none.
  const looks: number[] = [];
  for (let next = clock.next(); next !== undefined; next = clock.next()) {
    looks.push((next - START) / MINUTE);
    await advance(next - clock.now());
  }
  expect(looks.map(Math.round)).toEqual([60, 120, 180].map((minutes) => minutes + 1));
  expect(await state("a")).toBe("OK");
});

test("metrics that no alarm watches are not measured", async () => {
  const { alarm, put, advance, clock } = await cloud();
  await alarm("a", { TreatMissingData: "notBreaching" });
  await advance(2 * MINUTE);
  expect(clock.next()).toBeUndefined();
  await put(1, { MetricName: "Releases" });
  expect(clock.next()).toBeUndefined();
  await put(1);
  expect(clock.next()).toBeDefined();
});

test("measurements can be read while nothing changes", async () => {
  const { alarm, send, advance, monitoring } = await cloud();
  await alarm("dead", DEAD_LETTERS);
  await send();
  await advance(5 * MINUTE);
  await advance(MINUTE);
  const { MetricName, Namespace, Dimensions } = DEAD_LETTERS;
  const { Datapoints } = await monitoring("GetMetricStatistics", {
    MetricName,
    Namespace,
    Dimensions,
    Statistics: ["Maximum"],
    Period: 60,
    StartTime: (START + 4 * MINUTE) / 1000,
    EndTime: (START + 6 * MINUTE) / 1000,
  });
  expect(Datapoints.map(({ Maximum }: any) => Maximum)).toEqual([1, 1]);
});

test("actions that are functions are invoked with what happened", async () => {
  const { alarm, put, advance, calls } = await cloud();
  const action = "arn:aws:lambda:us-east-1:000000000000:function:page";
  await alarm("a", { AlarmActions: [action, "arn:aws:ssm:us-east-1:000000000000:opsitem:1"] });
  await put(1);
  await advance(MINUTE);
  const [call] = calls.filter(({ operation }) => operation === "Invoke");
  expect(call).toMatchObject({
    caller: "lambda.alarms.cloudwatch.amazonaws.com",
    input: { FunctionName: action, InvocationType: "Event" },
  });
  expect(JSON.parse(call!.input.Payload)).toMatchObject({
    source: "aws.cloudwatch",
    alarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a",
    alarmData: { alarmName: "a", state: { value: "ALARM" } },
  });
});

test("actions that are topics receive the notification that AWS documents", async () => {
  const { alarm, put, advance, calls } = await cloud();
  const topic = "arn:aws:sns:us-east-1:000000000000:pager";
  await alarm("a", { AlarmActions: [topic], AlarmDescription: "Films failed" });
  await put(1);
  await advance(MINUTE);
  const [call] = calls.filter(({ operation }) => operation === "Publish");
  expect(call).toMatchObject({
    caller: "cloudwatch.amazonaws.com",
    input: { TopicArn: topic, Subject: 'ALARM: "a" in US East (N. Virginia)' },
  });
  expect(JSON.parse(call!.input.Message)).toMatchObject({
    AlarmName: "a",
    AlarmDescription: "Films failed",
    AWSAccountId: "000000000000",
    NewStateValue: "ALARM",
    OldStateValue: "INSUFFICIENT_DATA",
    Region: "US East (N. Virginia)",
    AlarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a",
    StateChangeTime: expect.stringMatching(/^2026-11-21T07:\d\d:00\.000\+0000$/),
    AlarmActions: [topic],
    Trigger: {
      MetricName: "Failures",
      Namespace: "Films",
      StatisticType: "Statistic",
      Statistic: "SUM",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      Unit: null,
      Dimensions: [],
    },
  });
});

test("a state that was set manually is reported, and lasts until the next evaluation", async () => {
  const { alarm, state, monitoring, advance, changes } = await cloud();
  await alarm("a", { TreatMissingData: "notBreaching" });
  await advance(MINUTE);
  await monitoring("SetAlarmState", { AlarmName: "a", StateValue: "ALARM", StateReason: "drill" });
  expect(await state("a")).toBe("ALARM");
  await advance(MINUTE);
  expect(await state("a")).toBe("OK");
  expect(changes()).toEqual(["INSUFFICIENT_DATA → OK", "OK → ALARM", "ALARM → OK"]);
});

test("alarms survive a restart, and new settings do not change their state", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cloudwatch-"));
  const path = join(folder, "cloud.db");
  const first = await cloud({ store: Store.open(path) });
  await first.alarm("a");
  await first.put(1);
  await first.advance(MINUTE);
  await first.service.stop!();
  await first.store.flushed();
  first.store.close();

  const second = await cloud({ store: Store.open(path), start: START + MINUTE });
  await second.alarm("a", { TreatMissingData: "ignore", Threshold: 5 });
  expect(await second.state("a")).toBe("ALARM");
  second.store.close();
  rmSync(folder, { recursive: true });
});

test("alarms are listed by name, prefix and state, page after page", async () => {
  const { alarm, monitoring } = await cloud();
  for (const name of ["a1", "a2", "b1"]) await alarm(name);
  const names = async (input: object) => {
    const { MetricAlarms, NextToken } = await monitoring("DescribeAlarms", input);
    return [MetricAlarms.map(({ AlarmName }: any) => AlarmName), NextToken];
  };
  expect(await names({ AlarmNamePrefix: "a" })).toEqual([["a1", "a2"], undefined]);
  expect(await names({ StateValue: "OK" })).toEqual([[], undefined]);
  expect(await names({ MaxRecords: 2 })).toEqual([["a1", "a2"], "a2"]);
  expect(await names({ MaxRecords: 2, NextToken: "a2" })).toEqual([["b1"], undefined]);
  await monitoring("DeleteAlarms", { AlarmNames: ["a1"] });
  await expect(monitoring("DeleteAlarms", { AlarmNames: ["a1"] })).rejects.toMatchObject({
    code: "ResourceNotFound",
  });
});

test.each([
  [{ Period: 30 }, "Period must be a multiple of 60; it is 30"],
  [{ Statistic: "p99" }, "p99 is no Statistic"],
  [{ EvaluationPeriods: 0 }, "EvaluationPeriods must be 1 or more"],
  [{ DatapointsToAlarm: 2 }, "DatapointsToAlarm must be 1 or more, and at most EvaluationPeriods"],
  [{ ComparisonOperator: "GreaterThanUpperThreshold" }, "does not serve the ComparisonOperator"],
  [{ TreatMissingData: "zero" }, "TreatMissingData must be one of"],
  [{ Threshold: undefined }, "The parameter Threshold is required"],
])("an alarm with %j is refused", async (more, message) => {
  await expect((await cloud()).alarm("a", more)).rejects.toThrow(message);
});
