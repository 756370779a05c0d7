import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, MathExpression, type Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { chunks } from "../../contract/chunks.ts";
import type { HandlerFunction } from "../handler-function.ts";
import { ThresholdAlarm } from "../threshold-alarm.ts";

/** CloudWatch allows ten metrics per alarm. */
const MOST_METRICS = 10;
const period = Duration.minutes(5);

export interface WatchedFunctions {
  /** "Millrace", or the name of a workflow or reaction. */
  readonly of: string;
  readonly functions: readonly HandlerFunction[];
  /** The id of a function. */
  nameOf(construct: Construct): string;
}

/**
 * Alarms for functions that fail, and for those that Lambda throttles. They are in the stack of the
 * functions.
 */
export function watchFunctions(scope: Construct, { of, functions, nameOf }: WatchedFunctions): void {
  for (const [at, some] of chunks(functions, MOST_METRICS).entries()) {
    const number = at === 0 ? "" : at + 1;
    const names = some.map(nameOf).join(", ");
    const alarm = (id: string, metric: MathExpression, alarmDescription: string) =>
      new ThresholdAlarm(scope, `${id}${number}`, {
        metric,
        threshold: 0,
        evaluationPeriods: 3,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        alarmDescription,
      });
    alarm(
      "FunctionsFail",
      sumOf(some, `Errors of the functions of ${of}`, (each) => each.metricErrors({ period })),
      `Functions of ${of} failed or timed out for 15 minutes: ${names}. SQS redelivers each message until it becomes a dead letter. See the errors with "millrace logs --errors". List dead letters with "millrace dead-letters", and send them back with "millrace dead-letters redrive".`,
    );
    alarm(
      "FunctionsThrottled",
      sumOf(some, `Throttles of the functions of ${of}`, (each) => each.metricThrottles({ period })),
      `Lambda throttled functions of ${of} for 15 minutes: ${names}. The account's concurrency in the region is used up, or the concurrency that is reserved for one of them. Messages wait in their queues, and become dead letters after ten receives. Lower "concurrency" of the busiest steps, pause a workflow with "millrace pause", or raise the quota "Concurrent executions".`,
    );
  }
}

function sumOf(
  functions: readonly HandlerFunction[],
  label: string,
  metricOf: (each: HandlerFunction["function"]) => Metric,
): MathExpression {
  const metrics = functions.map(({ function: handler }, at) => [`f${at}`, metricOf(handler)] as const);
  return new MathExpression({
    // Functions that were not called have no value, and "+" would then give no sum.
    expression: `SUM([${metrics.map(([id]) => id).join(", ")}])`,
    usingMetrics: Object.fromEntries(metrics),
    label,
    period,
  });
}
