import { Duration } from "aws-cdk-lib";
import { Role } from "aws-cdk-lib/aws-iam";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { DefinitionError } from "../../contract/definition-error.ts";
import { occurrencesAfter, type Timing } from "../../contract/trigger/occurrences.ts";
import {
  type OccurrenceMessage,
  occurrenceDetail,
  type ScheduleSpec,
} from "../../contract/trigger/schedule.ts";
import type { EventBus } from "../event-bus.ts";
import { serviceOfOwnAccount } from "../own-account.ts";
import type { StateTable } from "../state-table.ts";
import { ThresholdAlarm } from "../threshold-alarm.ts";
import { SchedulePublisher } from "./schedule-publisher.ts";
import { announce, publishing } from "./trigger-function.ts";

export interface ScheduleProps {
  /** When it occurs, and the event of an occurrence. */
  readonly trigger: ScheduleSpec;
  /** The bus of its events, and the table that records what was published. */
  readonly millrace: { readonly bus: EventBus; readonly table: StateTable };
}

/** How long Scheduler retries an occurrence: the maximum and the minimum. */
const KEPT = { all: Duration.hours(24), last: Duration.hours(24), skip: Duration.seconds(60) };
const MOST_RETRIES = 185;
/** Scheduler puts the occurrence's time here: "2026-11-21T07:00:00Z". */
const TIME = "<aws.scheduler.scheduled-time>";

/**
 * Publishes each occurrence of a schedule. If missed ones are published later, a function does it, which
 * records its progress; otherwise Scheduler publishes directly.
 *
 *     all, last: Scheduler ─▶ queue ─▶ function ─▶ bus
 *     skip:      Scheduler ─▶ bus
 */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { trigger, millrace }: ScheduleProps) {
    super(scope, id);
    const { name, event, expression, timeZone, missed } = trigger;
    refuseBroken(trigger);
    announce({ trigger, millrace }, "schedule", `${expression} ${timeZone}`);
    const role = new Role(this, "Role", {
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      assumedBy: serviceOfOwnAccount(this, "scheduler.amazonaws.com"),
    });
    const { deadLetters, ...target } =
      missed === "skip"
        ? this.toBus(trigger, role, millrace)
        : this.toPublisher(trigger, missed, role, millrace);
    const granted = deadLetters.grantSendMessages(role);
    const schedule = new CfnSchedule(this, "Schedule", {
      description: `${name}: ${event.name}`,
      scheduleExpression: expression,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        ...target,
        roleArn: role.roleArn,
        retryPolicy: {
          maximumEventAgeInSeconds: KEPT[missed].toSeconds(),
          maximumRetryAttempts: MOST_RETRIES,
        },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
    granted.applyBefore(schedule);
  }

  private toBus(trigger: ScheduleSpec, role: Role, { bus }: ScheduleProps["millrace"]) {
    role.addToPolicy(publishing(trigger, bus));
    return {
      arn: bus.bus.eventBusArn,
      eventBridgeParameters: { source: trigger.name, detailType: trigger.event.name },
      input: JSON.stringify(occurrenceDetail(trigger, TIME)),
      deadLetters: this.deadLetters(),
    };
  }

  private toPublisher(
    trigger: ScheduleSpec,
    missed: OccurrenceMessage["schedule"]["missed"],
    role: Role,
    millrace: ScheduleProps["millrace"],
  ) {
    const publisher = SchedulePublisher.of(this, millrace);
    publisher.publishes(trigger, millrace.bus);
    const { queue, deadLetters } = publisher.queue;
    queue.grantSendMessages(role);
    const { name, expression, timeZone, data, event } = trigger;
    const message: OccurrenceMessage = {
      schedule: {
        name,
        expression,
        timeZone,
        data,
        missed,
        event: { name: event.name, version: event.version },
      },
      scheduledFor: TIME,
    };
    return { arn: queue.queueArn, input: JSON.stringify(message), deadLetters };
  }

  private deadLetters(): Queue {
    const queue = new Queue(this, "DeadLetters", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      maxMessageSizeBytes: 1024 * 1024,
    });
    new ThresholdAlarm(this, "DeadLettersPresent", {
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      alarmDescription: `Occurrences of ${this.node.path} did not reach the bus. Read one in its dead-letter queue, fix the cause, and put its detail on the bus: the id marks it as the same occurrence.`,
    });
    return queue;
  }
}

/**
 * The payload and the times of every occurrence are known at synth, so they are checked against the contract
 * now.
 */
function refuseBroken({ name, event, expression, timeZone, data }: ScheduleSpec): void {
  refuseTiming(name, { expression, timeZone });
  const example = { ...data, scheduledFor: "2026-01-01T00:00:00Z" };
  const checked = event.schema["~standard"].validate(example);
  if (checked instanceof Promise || !checked.issues) return;
  const [issue] = checked.issues;
  throw new DefinitionError(
    `Schedule "${name}" would publish a ${event.name} that breaks its contract: ${issue!.path?.join(".") ?? "it"}: ${issue!.message}. Set the field in "data".`,
  );
}

function refuseTiming(name: string, timing: Timing): void {
  try {
    occurrencesAfter(0, 0, timing);
  } catch (error) {
    throw new DefinitionError(`Schedule "${name}" never occurs: ${(error as Error).message}`);
  }
}
