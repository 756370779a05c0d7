import type { Kinds } from "../kernel/input.ts";

const dimensions = [{ members: { Name: "text", Value: "text" } }] as const;
const metric = { Namespace: "text", MetricName: "text", Dimensions: dimensions } as const;
const names = ["text"] as const;

/** The JSON types of each operation's input members. */
export const KINDS: { readonly [operation: string]: Kinds } = {
  DeleteAlarms: { AlarmNames: names },
  DescribeAlarms: {
    AlarmNames: names,
    AlarmNamePrefix: "text",
    AlarmTypes: names,
    StateValue: "text",
    ActionPrefix: "text",
    MaxRecords: "number",
    NextToken: "text",
  },
  GetMetricData: {
    MetricDataQueries: [
      {
        members: {
          Id: "text",
          Label: "text",
          Expression: "text",
          ReturnData: "flag",
          MetricStat: {
            members: { Metric: { members: metric }, Period: "number", Stat: "text", Unit: "text" },
          },
        },
      },
    ],
    ScanBy: "text",
  },
  GetMetricStatistics: {
    ...metric,
    Statistics: names,
    ExtendedStatistics: names,
    Period: "number",
    Unit: "text",
  },
  ListMetrics: { ...metric, NextToken: "text" },
  PutMetricAlarm: {
    ...metric,
    AlarmName: "text",
    AlarmDescription: "text",
    ActionsEnabled: "flag",
    ComparisonOperator: "text",
    AlarmActions: names,
    OKActions: names,
    InsufficientDataActions: names,
    Unit: "text",
    DatapointsToAlarm: "number",
    EvaluationPeriods: "number",
    Period: "number",
    Threshold: "number",
    Statistic: "text",
    ExtendedStatistic: "text",
    TreatMissingData: "text",
  },
  PutMetricData: {
    Namespace: "text",
    MetricData: [
      {
        members: {
          MetricName: "text",
          Dimensions: dimensions,
          Unit: "text",
          Value: "number",
          Values: ["number"],
          Counts: ["number"],
          StatisticValues: { members: {} },
        },
      },
    ],
  },
  SetAlarmState: { AlarmName: "text", StateValue: "text", StateReason: "text", StateReasonData: "text" },
};
