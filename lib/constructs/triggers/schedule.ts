import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ENVELOPE_KEY } from "../../contract/envelope.ts";
import type { ScheduleSpec } from "../../contract/trigger/schedule.ts";
import type { EventBus } from "../event-bus.ts";
import { publishing } from "./trigger-function.ts";

export interface ScheduleProps {
  readonly trigger: ScheduleSpec;
  readonly millrace: { readonly bus: EventBus };
}

/** How long Scheduler tries to tell an occurrence: the most it can, and the least. */
const KEPT = { all: Duration.hours(24), skip: Duration.seconds(60) };
const MOST_RETRIES = 185;
/** Scheduler puts the occurrence's time here: "2026-11-21T07:00:00Z". */
const TIME = "<aws.scheduler.scheduled-time>";

/**
 * Tells the bus of each occurrence of a schedule, without a function between. The event's id is made of the schedule and
 * the occurrence's time, so that an occurrence which is told twice begins one run.
 */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { trigger, millrace: { bus } }: ScheduleProps) {
    super(scope, id);
    const { name, event, expression, timeZone, data, missed } = trigger;
    refuseBroken(trigger, { ...data, scheduledFor: "2026-01-01T00:00:00Z" });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("scheduler.amazonaws.com") });
    role.addToPolicy(publishing(trigger, bus));
    const deadLetters = this.deadLetters();
    const granted = deadLetters.grantSendMessages(role);
    const schedule = new CfnSchedule(this, "Schedule", {
      description: `${name}: ${event.name}`,
      scheduleExpression: expression,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: bus.bus.eventBusArn,
        roleArn: role.roleArn,
        eventBridgeParameters: { source: name, detailType: event.name },
        input: JSON.stringify({
          ...data,
          scheduledFor: TIME,
          [ENVELOPE_KEY]: { id: `${name}/${TIME}`, subject: name, version: event.version, time: TIME },
        }),
        retryPolicy: {
          maximumEventAgeInSeconds: KEPT[missed].toSeconds(),
          maximumRetryAttempts: MOST_RETRIES,
        },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
    granted.applyBefore(schedule);
  }

  private deadLetters(): Queue {
    const queue = new Queue(this, "DeadLetters", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      maxMessageSizeBytes: 1024 * 1024,
    });
    new Alarm(this, "DeadLettersPresent", {
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Occurrences of ${this.node.path} did not reach the bus. Read one in its dead-letter queue, mend the cause, and send its detail to the bus: its id makes it the same occurrence.`,
    });
    return queue;
  }
}

/** What every occurrence says is known now, and so is whether it keeps to the contract. */
function refuseBroken({ name, event }: ScheduleSpec, example: object): void {
  const checked = event.schema["~standard"].validate(example);
  if (checked instanceof Promise || !checked.issues) return;
  const [issue] = checked.issues;
  throw new TypeError(
    `Schedule "${name}" would send a ${event.name} that breaks its contract: ${issue!.path?.join(".") ?? "it"}: ${issue!.message}. Give the field in "data".`,
  );
}
