import type { ResourceProvider } from "../kernel/resource.ts";

const ALARM: ResourceProvider = {
  type: "AWS::CloudWatch::Alarm",
  serves: {
    ActionsEnabled: true,
    AlarmActions: true,
    AlarmDescription: true,
    AlarmName: true,
    ComparisonOperator: true,
    DatapointsToAlarm: true,
    Dimensions: { Name: true, Value: true },
    EvaluateLowSampleCountPercentile: "percentiles are not evaluated",
    EvaluationPeriods: true,
    ExtendedStatistic: true,
    InsufficientDataActions: true,
    MetricName: true,
    Metrics: true,
    Namespace: true,
    OKActions: true,
    Period: true,
    Statistic: true,
    Tags: { Key: true, Value: true },
    Threshold: true,
    ThresholdMetricId: "anomaly detection is not evaluated",
    TreatMissingData: true,
    Unit: true,
  },
  async deploy({ properties, generatedName }, kernel) {
    const { AlarmName = generatedName, Tags: _, ...settings } = properties;
    const { MetricAlarms } = await kernel.call("monitoring", "DescribeAlarms", { AlarmNames: [AlarmName] });
    const wanted = { AlarmName, ...settings, ...numbers(settings), ...flags(settings) };
    const isSame = Object.entries(wanted).every(
      ([name, value]) => JSON.stringify(MetricAlarms[0]?.[name]) === JSON.stringify(value),
    );
    if (!isSame) await kernel.call("monitoring", "PutMetricAlarm", wanted);
    return { ref: AlarmName, attributes: { Arn: kernel.arn("cloudwatch", `alarm:${AlarmName}`) } };
  },
  async remove(name, kernel) {
    await kernel.call("monitoring", "DeleteAlarms", { AlarmNames: [name] });
  },
};

export const cloudWatchResources: ResourceProvider[] = [ALARM];

/** Templates write numbers and truth values as such or as text. */
function numbers(settings: Record<string, unknown>): Record<string, number> {
  const names = ["DatapointsToAlarm", "EvaluationPeriods", "Period", "Threshold"];
  return Object.fromEntries(
    names.filter((name) => name in settings).map((name) => [name, Number(settings[name])]),
  );
}

function flags({ ActionsEnabled }: Record<string, unknown>): { ActionsEnabled?: boolean } {
  return ActionsEnabled === undefined ? {} : { ActionsEnabled: String(ActionsEnabled) === "true" };
}
