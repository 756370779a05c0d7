import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { ALL_WORKERS, WHOLE_APP } from "../../contract/metrics.ts";
import type { Workflow } from "../../workflow/workflow.ts";
import type { HandlerFunction } from "../handler-function.ts";
import { ThresholdAlarm, type ThresholdAlarmProps } from "../threshold-alarm.ts";
import { watchFunctions } from "./function-alarms.ts";
import { iteratorAge, millraceCount, millraceMetric } from "./metrics.ts";

/** When the failure rate of a workflow raises an alarm. */
export interface FailureRate {
  /** Of the runs that ended without an operator's request: 0.2 is one in five. */
  readonly share: number;
  /** With fewer ends than this within the hour, the rate is ignored. */
  readonly least: number;
}

export interface OperationAlarmsProps {
  readonly workflows: readonly Workflow[];
  /** Functions of Millrace itself. */
  readonly own: readonly HandlerFunction[];
  /** The reader of the table's stream. */
  readonly relay: HandlerFunction;
  /** Runs on a schedule. */
  readonly reconciler: HandlerFunction;
  readonly failures: FailureRate;
  /** The id of a construct. */
  nameOf(construct: Construct): string;
}

/** Milliseconds: above this, bus and log are minutes behind the table. */
const FAR_BEHIND = Duration.minutes(5).toMilliseconds();
const EXCEEDED = ComparisonOperator.GREATER_THAN_THRESHOLD;

/** Alarms for silent problems; each description says what it means and what to do. */
export class OperationAlarms extends Construct {
  constructor(scope: Construct, id: string, props: OperationAlarmsProps) {
    super(scope, id);
    const { workflows, own, relay, reconciler, failures, nameOf } = props;
    for (const workflow of workflows) {
      this.watchFailures(workflow.name, failures);
      this.watchStarts(workflow.name);
      if (workflow.budget) this.watchBudget(workflow.name);
    }
    this.alarm("RelayBehind", iteratorAge(relay), {
      threshold: FAR_BEHIND,
      evaluationPeriods: 3,
      alarmDescription: `The relay is minutes behind: events and log entries arrive late, so reactions, children and the console lag. Nothing is lost. See the relay's errors with "millrace logs --function relay"; a throttled bus or table appears there. List the oldest deliveries with "millrace deliveries --overdue".`,
    });
    this.watchReconciler(reconciler, relay);
    watchFunctions(this, { of: "Millrace", functions: own, nameOf });
    this.watchLosses();
  }

  private watchFailures(workflow: string, { share, least }: FailureRate): void {
    const failed = (statistic: string, label: string) =>
      millraceMetric(this, "RunsFailed", { workflow }, { statistic, label, period: Duration.hours(1) });
    const percent = new MathExpression({
      // An hour without ended runs counts as a good one; otherwise CloudWatch would use the hours before it.
      expression: `FILL(IF(ended >= ${least}, 100 * failed / ended, 0), 0)`,
      usingMetrics: { failed: failed("Sum", "failed"), ended: failed("SampleCount", "ended") },
      label: `${workflow}: failed runs in percent`,
      period: Duration.hours(1),
    });
    this.alarm(`${workflow}-Failures`, percent, {
      threshold: 100 * share,
      alarmDescription: `More than ${Math.round(100 * share)} % of the runs of ${workflow} that ended within one hour failed (${least} or more ended). List them with "millrace runs --workflow ${workflow} --status failed", see one with "millrace run <id>" and "millrace logs <id>". Fix the cause, then continue from the failed step with "millrace retry <id>". To hold new runs meanwhile, use "millrace pause ${workflow}".`,
    });
  }

  private watchStarts(workflow: string): void {
    const dimensions = { workflow };
    const waiting = millraceCount(this, "RunsNotStarted", dimensions, { period: Duration.hours(1) });
    this.alarm(`${workflow}-NotStarted`, waiting, {
      alarmDescription: `Runs of ${workflow} were accepted more than an hour ago and have not started. List them with "millrace runs --workflow ${workflow} --status accepted". If the workflow is paused, use "millrace resume ${workflow}". Otherwise they wait for their turn or for a limit: see "millrace logs --errors".`,
    });
  }

  /** What is lost, was refused, or could not be undone: each is rare, and a sign of a fault. */
  private watchLosses(): void {
    const counted = (name: string, service: string) =>
      millraceCount(this, name, { service }, { period: Duration.minutes(5) });
    this.alarm("ChangesMissed", counted("ChangesMissed", "reconcile"), {
      alarmDescription: `The relay did not publish changes of the table within five minutes, and the reconciler published them. If this continues, the relay does not run at all, which no other alarm shows: check in Lambda that the event source mapping of its function is enabled and has no problem. See its errors with "millrace logs --errors --function relay".`,
    });
    this.alarm("ChangesFailed", counted("ChangesFailed", "reconcile"), {
      alarmDescription: `Changes of the table could not be published, and the reconciler failed to publish them again: events and log entries are missing until it succeeds. It tries again. See the reason with "millrace logs --errors --function Reconcile".`,
    });
    this.alarm("MessagesLost", counted("MessagesLost", "control"), {
      alarmDescription: `Messages of steps were lost and are sent again: a queue was purged, they expired after seven days, or nothing has read the queue for twelve hours. The runs continue, unless the event source mapping of the function is disabled. See which with "millrace logs --function Control". Resume what is paused with "millrace resume <workflow>".`,
    });
    this.alarm("WorkersDied", counted("WorkersDied", ALL_WORKERS.service), {
      alarmDescription: `A worker died while it handled a message, by its timeout, out of memory or with its machine. The message was delivered again after its lease, and the effect is tried again, or waits for a decision. Find the function with "millrace logs --errors". Give the step more "memory" or a longer "timeout".`,
    });
    this.alarm("EffectsInDoubt", counted("EffectsInDoubt", "reconcile"), {
      alarmDescription: `A run has ended, and nothing says whether an effect of it happened: its worker died. Find the runs with "millrace logs --function Reconcile", see one with "millrace run <id>", check the downstream, and undo the effect by hand if it happened.`,
    });
    // A message that waits is sent again as a new one, so the age of its queue shows nothing.
    this.alarm("MessagesThrottled", counted("MessagesThrottled", WHOLE_APP.service), {
      evaluationPeriods: 3,
      alarmDescription: `AWS throttled calls of functions for 15 minutes: most often SendTaskSuccess or StartExecution, else the table. Messages wait and are sent again. Nothing is lost, and runs are late. Compare the quotas that "millrace doctor" shows with the load, and raise them, or hold new runs with "millrace pause <workflow>".`,
    });
    this.alarm("UndosFailed", counted("UndosFailed", WHOLE_APP.service), {
      alarmDescription: `An effect could not be undone, and its undo is not tried again. Find the run with "millrace logs --errors"; "millrace run <id>" lists its failed undos. Undo the effect by hand.`,
    });
    this.alarm("EventsQuarantined", counted("EventsQuarantined", WHOLE_APP.service), {
      alarmDescription: `Subscribers refused events: they break a contract, contradict an earlier event, or loop. They are in quarantine and start nothing. See the reasons with "millrace quarantine". Fix the producer or the definition, then use "millrace quarantine release <id>", or "millrace quarantine discard <id>".`,
    });
  }

  /** A function that is not called has no errors, and no metric either. Without changes, it has nothing to do. */
  private watchReconciler(reconciler: HandlerFunction, relay: HandlerFunction): void {
    const period = Duration.hours(1);
    const calls = (handler: HandlerFunction) => handler.function.metricInvocations({ period });
    const idle = new MathExpression({
      expression: "IF(FILL(relayed, 0) > 0 AND FILL(reconciled, 0) == 0, 1, 0)",
      usingMetrics: { relayed: calls(relay), reconciled: calls(reconciler) },
      label: "hours with changes and without the reconciler",
      period,
    });
    this.alarm("ReconcilerStopped", idle, {
      evaluationPeriods: 2,
      alarmDescription: `The reconciler has not run for two hours, so nothing finds what is lost or stuck, and the alarms that it counts for are silent. Check in EventBridge that the rule of its function is enabled. See its errors with "millrace logs --errors --function Reconcile".`,
    });
  }

  private watchBudget(workflow: string): void {
    const exceeded = millraceCount(this, "BudgetExceeded", { workflow }, { period: Duration.minutes(5) });
    this.alarm(`${workflow}-Budget`, exceeded, {
      alarmDescription: `A run of ${workflow} needs more than its budget and waits for a decision. List runs with "millrace runs --workflow ${workflow}"; "millrace run <id>" shows what the step needs. "millrace approve <run>" lets it try again, "millrace reject <run>" lets it fail. To allow more, raise the budget in the definition.`,
    });
  }

  /** An alarm on a metric that exceeds a threshold. */
  private alarm(id: string, metric: IMetric, props: Omit<ThresholdAlarmProps, "metric">): void {
    new ThresholdAlarm(this, id, { threshold: 0, ...props, metric, comparisonOperator: EXCEEDED });
  }
}
