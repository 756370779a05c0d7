import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  type MathExpression,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { nameByPath } from "./physical-name.ts";

export interface ThresholdAlarmProps {
  readonly metric: IMetric | MathExpression;
  /** In the metric's unit. @default 1 */
  readonly threshold?: number;
  /** Consecutive periods. @default 1 */
  readonly evaluationPeriods?: number;
  /** When the alarm is raised. @default greater than the threshold, or equal to it */
  readonly comparisonOperator?: ComparisonOperator;
  /** What it means, and what to do. */
  readonly alarmDescription: string;
}

/**
 * An alarm on a metric that reaches a threshold. Missing data means that nothing has happened. Its name is
 * its path, so that a dashboard in another stack can show it without an export, which would prevent the alarm
 * from being removed.
 */
export class ThresholdAlarm extends Alarm {
  /** Its name as plain text, for use in another stack. */
  readonly plainName: string;

  constructor(scope: Construct, id: string, props: ThresholdAlarmProps) {
    const { metric, threshold = 1, evaluationPeriods = 1, alarmDescription } = props;
    const plainName = `${nameByPath(scope)}/${id}`;
    super(scope, id, {
      alarmName: plainName,
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: props.comparisonOperator ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription,
    });
    this.plainName = plainName;
  }
}
