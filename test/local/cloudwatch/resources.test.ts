import { expect, test } from "vitest";
import { cloudWatchResources } from "../../../local/cloudwatch/resources.ts";
import { cloud } from "./cloud.ts";

const [ALARM] = cloudWatchResources;
const METRIC = { Namespace: "Films", MetricName: "Failures" };
const PROPERTIES = {
  Namespace: "Films",
  MetricName: "Failures",
  Statistic: "Sum",
  Period: "60",
  EvaluationPeriods: 1,
  Threshold: "1",
  ComparisonOperator: "GreaterThanThreshold",
  ActionsEnabled: "false",
};

async function deployed(properties: object = {}) {
  const local = await cloud();
  const deploy = (more: object = {}) =>
    ALARM!.deploy(
      {
        type: ALARM!.type,
        path: "Stack/Dead",
        logicalId: "Dead",
        generatedName: "Stack-Dead-1A2B",
        properties: { ...PROPERTIES, ...properties, ...more },
      },
      local.kernel,
      { path: (key) => key },
    );
  const describe = async () => (await local.monitoring("DescribeAlarms")).MetricAlarms;
  return { ...local, deploy, describe };
}

test("an alarm comes from the template, numbers and flags as such", async () => {
  const { deploy, describe } = await deployed();
  expect(await deploy()).toEqual({
    ref: "Stack-Dead-1A2B",
    attributes: { Arn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:Stack-Dead-1A2B" },
  });
  expect(await describe()).toMatchObject([
    { Period: 60, Threshold: 1, ActionsEnabled: false, EvaluationPeriods: 1 },
  ]);
});

test("a start with the same template changes nothing, another template changes the settings, none removes the alarm", async () => {
  const { kernel, deploy, describe, advance } = await deployed();
  await deploy();
  const [first] = await describe();
  await advance(1000);
  await deploy();
  expect(await describe()).toEqual([first]);
  await deploy({ Threshold: 2 });
  expect(await describe()).toMatchObject([{ Threshold: 2 }]);
  await ALARM!.remove!("Stack-Dead-1A2B", kernel);
  expect(await describe()).toEqual([]);
});

test("an alarm on metric math is deployed from the template unchanged", async () => {
  const { kernel, put, advance, describe } = await deployed();
  const properties = {
    AlarmName: "math",
    Metrics: [
      { Id: "e", Expression: "100 * m1" },
      { Id: "m1", ReturnData: false, MetricStat: { Metric: METRIC, Period: 60, Stat: "Sum" } },
    ],
    ComparisonOperator: "GreaterThanThreshold",
    EvaluationPeriods: 1,
    Threshold: 150,
  };
  const resource = { type: ALARM!.type, path: "S/M", logicalId: "M", generatedName: "S-M", properties };
  await ALARM!.deploy(resource, kernel, { path: (key) => key });
  await put(2);
  await advance(60_000);
  expect(await describe()).toMatchObject([{ Metrics: properties.Metrics, StateValue: "ALARM" }]);
});
