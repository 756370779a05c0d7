import type { Kernel } from "../kernel/kernel.ts";
import type { AlarmRow, Settings } from "./alarms.ts";
import { isoTime } from "./iso-time.ts";

/** A region as notifications name it: those with a city, by their city. */
const REGION_NAMES: Record<string, string> = {
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
  "eu-central-1": "EU (Frankfurt)",
  "eu-west-1": "EU (Ireland)",
};

/**
 * What the topic of an alarm's action receives: SNS's Subject and Message.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function alarmNotification(
  { account, region }: Pick<Kernel, "account" | "region">,
  arn: string,
  before: AlarmRow,
  after: AlarmRow,
): { Subject: string; Message: string } {
  const settings: Settings = JSON.parse(after.settings);
  const place = REGION_NAMES[region] ?? region;
  const message = {
    AlarmName: after.name,
    AlarmDescription: settings.AlarmDescription ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: isoTime(after.configured),
    NewStateValue: after.state,
    NewStateReason: after.reason,
    StateChangeTime: isoTime(after.updated),
    Region: place,
    AlarmArn: arn,
    OldStateValue: before.state,
    OKActions: settings.OKActions ?? [],
    AlarmActions: settings.AlarmActions ?? [],
    InsufficientDataActions: settings.InsufficientDataActions ?? [],
    Trigger: triggerOf(settings),
  };
  // A subject has at most 100 characters.
  return {
    Subject: `${after.state}: "${after.name}" in ${place}`.slice(0, 100),
    Message: JSON.stringify(message),
  };
}

function triggerOf(settings: Settings): object {
  const { Period, EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold } = settings;
  return {
    ...(settings.Metrics
      ? { Metrics: settings.Metrics }
      : {
          MetricName: settings.MetricName,
          Namespace: settings.Namespace,
          StatisticType: "Statistic",
          Statistic: settings.Statistic?.toUpperCase(),
          Unit: settings.Unit ?? null,
          Dimensions: (settings.Dimensions ?? []).map(({ Name, Value }: { Name: string; Value: string }) => ({
            value: Value,
            name: Name,
          })),
          Period,
        }),
    EvaluationPeriods,
    ...(DatapointsToAlarm !== undefined && { DatapointsToAlarm }),
    ComparisonOperator,
    Threshold,
    TreatMissingData: settings.TreatMissingData ?? "missing",
    EvaluateLowSampleCountPercentile: settings.EvaluateLowSampleCountPercentile ?? "",
  };
}
