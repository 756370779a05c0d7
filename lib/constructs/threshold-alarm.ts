import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";

export interface ThresholdAlarmProps {
  readonly metric: IMetric;
  /** In the metric's unit. @default 1 */
  readonly threshold?: number;
  /** What it means, and what to do. */
  readonly says: string;
}

/** Rings as soon as one period of a metric reaches the threshold. Where nothing was measured, nothing has happened. */
export class ThresholdAlarm extends Alarm {
  constructor(scope: Construct, id: string, { metric, threshold = 1, says }: ThresholdAlarmProps) {
    super(scope, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: says,
    });
  }
}
