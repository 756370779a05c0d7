import { expect, test } from "vitest";
import { cloudWatchService } from "../../../local/cloudwatch/service.ts";
import { cloud } from "./cloud.ts";

test("invocations, errors and throttles are measured for the alarms that watch them", async () => {
  const { kernel, define, invoke, call, pass } = cloud();
  kernel.register(cloudWatchService(kernel));
  kernel.service("monitoring")!.start!();
  define("fail", ({ broken }) => {
    if (broken) throw new Error("broken");
  });
  for (const MetricName of ["Invocations", "Errors", "Throttles"]) {
    await kernel.call("monitoring", "PutMetricAlarm", {
      AlarmName: MetricName,
      Namespace: "AWS/Lambda",
      MetricName,
      Statistic: "Sum",
      Period: 60,
      Dimensions: [{ Name: "FunctionName", Value: "fail" }],
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
    });
  }
  const states = async () => {
    const { MetricAlarms } = await kernel.call("monitoring", "DescribeAlarms", {});
    return Object.fromEntries(MetricAlarms.map((alarm: any) => [alarm.AlarmName, alarm.StateValue]));
  };
  await invoke("fail");
  await pass(60);
  expect(await states()).toEqual({ Invocations: "ALARM", Errors: "OK", Throttles: "OK" });
  await invoke("fail", { broken: true });
  await pass(60);
  expect(await states()).toMatchObject({ Errors: "ALARM" });
  await call("PutFunctionConcurrency", { FunctionName: "fail", ReservedConcurrentExecutions: 0 });
  await expect(invoke("fail")).rejects.toMatchObject({ code: "TooManyRequestsException" });
  await pass(60);
  expect(await states()).toEqual({ Invocations: "OK", Errors: "OK", Throttles: "ALARM" });
});
