import { expect, test } from "vitest";
import { benchSix } from "../../bench/workflow/definitions.ts";
import { fixedCosts, fixedResourcesOf, metricsOf, type Resource } from "../../lib/cost/fixed-cost.ts";
import { monthOf } from "../../lib/cost/month.ts";
import { dollarsOf, LINES } from "../../lib/cost/prices.ts";
import { NOTHING, units } from "../../lib/cost/units.ts";

const RESOURCES: Resource[] = [
  { Type: "AWS::CloudWatch::Alarm", Properties: { MetricName: "Errors" } },
  {
    Type: "AWS::CloudWatch::Alarm",
    Properties: { Metrics: [{ Expression: "SUM([a, b])" }, { MetricStat: {} }, { MetricStat: {} }] },
  },
  { Type: "AWS::Lambda::EventSourceMapping", Properties: { EventSourceArn: "a queue" } },
  { Type: "AWS::Lambda::EventSourceMapping", Properties: { StartingPosition: "TRIM_HORIZON" } },
  { Type: "AWS::Events::Rule", Properties: { ScheduleExpression: "rate(5 minutes)" } },
  { Type: "AWS::Events::Rule", Properties: { EventPattern: {} } },
  { Type: "AWS::Events::Archive", Properties: { RetentionDays: 30 } },
  { Type: "AWS::SecretsManager::Secret" },
  { Type: "AWS::CloudWatch::Dashboard" },
];

test("what costs something without a run is counted in the templates", () => {
  expect(fixedResourcesOf(RESOURCES)).toEqual({
    alarms: 2,
    watchedMetrics: 3,
    polledQueues: 1,
    secrets: 1,
    dashboards: 1,
    scheduled: 8_640,
    retentionDays: 30,
  });
});

test("a queue is polled by five, three times a minute, for a month", () => {
  const costs = fixedCosts(fixedResourcesOf(RESOURCES), 16);
  const of = (label: string) => costs.find((item) => item.label.includes(label))!.dollars;
  expect(of("polled")).toBeCloseTo((5 * 3 * 43_200 * 0.4) / 1e6);
  expect(of("alarms")).toBeCloseTo(0.3);
  expect(of("metrics, once used")).toBeCloseTo(4.8);
  expect(of("dashboards")).toBe(0);
});

test("six steps have a metric each, and their workflow three", () => {
  expect(metricsOf([benchSix])).toBe(6 + 3);
});

test("a monthly bill consists of runs, stored data, and fixed costs", () => {
  const fixed = fixedResourcesOf(RESOURCES);
  const runs = 1_000_000;
  const idle = fixedCosts(fixed, 0).reduce((sum, { dollars }) => sum + dollars, 0);
  const bill = (some: Partial<typeof NOTHING>) =>
    monthOf({ units: units(some), runs }, fixed, 0).dollars - idle;
  expect(bill({})).toBeCloseTo(0);
  expect(bill({ stateTransitions: 6 })).toBeCloseTo(150);
  // A gigabyte in the table for as long as it is kept, its recovery points with it.
  expect(bill({ keptBytes: 1_000 })).toBeCloseTo(0.45);
  // What comes into a log is paid for, and lies there for a month.
  expect(bill({ functionLogBytes: 1_000 })).toBeCloseTo(0.53);
});

test("each unit has a price, except for those billed monthly", () => {
  const priced = LINES.map(({ unit }) => unit);
  expect(Object.keys(NOTHING).filter((unit) => !(priced as string[]).includes(unit))).toEqual(["keptBytes"]);
  expect(dollarsOf(units({ customEvents: 1e6, lambdaRequests: 1e6 }))).toBeCloseTo(1.2);
});
