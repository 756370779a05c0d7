import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { chunks } from "../../contract/chunks.ts";
import type { Workflow } from "../../workflow/define.ts";
import type { HandlerFunction } from "../handler-function.ts";
import { ThresholdAlarm } from "../threshold-alarm.ts";
import { iteratorAge, millraceMetric, throttles } from "./metrics.ts";

/** When the failure rate of a workflow raises an alarm. */
export interface FailureRate {
  /** Of the runs that ended by themselves: 0.2 is one in five. */
  readonly share: number;
  /** Fewer ends than this within the hour say nothing. */
  readonly least: number;
}

export interface OperationAlarmsProps {
  readonly workflows: readonly Workflow[];
  /** Functions of Millrace itself. */
  readonly own: readonly HandlerFunction[];
  /** The reader of the table's stream. */
  readonly relay: HandlerFunction;
  readonly failures: FailureRate;
  /** How a construct is called. */
  nameOf(construct: Construct): string;
}

/** CloudWatch takes ten metrics into one alarm. */
const MOST_METRICS = 10;
/** Milliseconds: the bus and the log are minutes behind the table. */
const FAR_BEHIND = Duration.minutes(5).toMilliseconds();
const EXCEEDED = ComparisonOperator.GREATER_THAN_THRESHOLD;

/** A few alarms for silent problems; each description says what it means and what to do. */
export class OperationAlarms extends Construct {
  constructor(scope: Construct, id: string, props: OperationAlarmsProps) {
    super(scope, id);
    const { workflows, own, relay, failures, nameOf } = props;
    for (const workflow of workflows) {
      this.watchFailures(workflow.name, failures);
      if (workflow.budget) this.watchBudget(workflow.name);
    }
    this.alarm("RelayBehind", iteratorAge(relay), {
      threshold: FAR_BEHIND,
      periods: 3,
      says: `The relay is minutes behind: events and log entries arrive late, so reactions, children and the console lag. Nothing is lost. See the relay's errors with "millrace logs --function relay"; a throttled bus or table appears there. List the oldest deliveries with "millrace deliveries --overdue".`,
    });
    for (const [at, functions] of chunks(own, MOST_METRICS).entries()) {
      this.alarm(`FunctionsFail${at === 0 ? "" : at + 1}`, sumOfErrors(functions), {
        threshold: 0,
        periods: 3,
        says: `Functions of Millrace failed or timed out for 15 minutes: ${functions.map(nameOf).join(", ")}. SQS redelivers each message until it becomes a dead letter. See the errors with "millrace logs --errors". List dead letters with "millrace dead-letters", and send them back with "millrace dead-letters redrive".`,
      });
    }
    this.alarm("FunctionsThrottled", throttles(), {
      threshold: 0,
      periods: 3,
      says: `Lambda throttled functions in this region for 15 minutes: the account's concurrency is used up. Messages wait in their queues. Lower "concurrency" of the busiest steps, pause a workflow with "millrace pause", or raise the quota "Concurrent executions".`,
    });
  }

  private watchFailures(workflow: string, { share, least }: FailureRate): void {
    const failed = (statistic: string, label: string) =>
      millraceMetric("RunsFailed", { workflow }, { statistic, label, period: Duration.hours(1) });
    const percent = new MathExpression({
      // An hour in which nothing ended counts as a good one, else CloudWatch would look at the hours before it.
      expression: `FILL(IF(ended >= ${least}, 100 * failed / ended, 0), 0)`,
      usingMetrics: { failed: failed("Sum", "failed"), ended: failed("SampleCount", "ended") },
      label: `${workflow}: failed runs in percent`,
      period: Duration.hours(1),
    });
    this.alarm(`${workflow}-Failures`, percent, {
      threshold: 100 * share,
      periods: 1,
      says: `More than ${Math.round(100 * share)} % of the runs of ${workflow} that ended within one hour failed (${least} or more ended). List them with "millrace runs --workflow ${workflow} --status failed", see one with "millrace run <id>" and "millrace logs <id>". Fix the cause, then continue from the failed step with "millrace retry <id>". To hold new runs meanwhile, use "millrace pause ${workflow}".`,
    });
  }

  private watchBudget(workflow: string): void {
    const exceeded = millraceMetric(
      "BudgetExceeded",
      { workflow },
      { statistic: "Sum", period: Duration.minutes(5) },
    );
    this.alarm(`${workflow}-Budget`, exceeded, {
      threshold: 0,
      periods: 1,
      says: `A run of ${workflow} needs more than its budget and waits for a decision. List runs with "millrace runs --workflow ${workflow}"; "millrace run <id>" shows what the step needs. "millrace approve <run>" lets it try again, "millrace reject <run>" lets it fail. To allow more, raise the budget in the definition.`,
    });
  }

  private alarm(
    id: string,
    metric: IMetric,
    { threshold, periods, says }: { threshold: number; periods: number; says: string },
  ): void {
    new ThresholdAlarm(this, id, { metric, threshold, periods, comparison: EXCEEDED, says });
  }
}

function sumOfErrors(functions: readonly HandlerFunction[]): MathExpression {
  const period = Duration.minutes(5);
  const metrics = functions.map(
    ({ function: handler }, at) => [`f${at}`, handler.metricErrors({ period })] as const,
  );
  return new MathExpression({
    // Of those that were called: of the others there is no value, and "+" would leave the sum without one.
    expression: `SUM([${metrics.map(([id]) => id).join(", ")}])`,
    usingMetrics: Object.fromEntries(metrics),
    label: "Errors of Millrace's own functions",
    period,
  });
}
