import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { Rule, type RuleProps } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { HandlerFunction } from "./handler-function.ts";

/** AWS's own advice for a queue that a function drains: shorter, and a throttled function meets its messages again. */
const VISIBILITY_TIMEOUTS = 6;
const RETENTION = Duration.days(7);
/** A dead letter keeps the time of its first arrival, so that it needs the longest retention there is. */
const DEAD_LETTER_RETENTION = Duration.days(14);
const LARGEST_MESSAGE = 1024 * 1024;

export interface DurableQueueProps {
  /** The function that drains it. */
  readonly consumer: HandlerFunction;
  /** Messages in one invocation. @default 1 */
  readonly batchSize?: number;
  /** Invocations at once: 2 to 1000. @default no limit of its own */
  readonly maxConcurrency?: number;
  /** Deliveries of one message before it is put aside. @default 10, since throttling is no fault of a message */
  readonly maxReceiveCount?: number;
}

/**
 * A queue that loses nothing, with the function that drains it: encrypted, with a dead-letter queue, an alarm when
 * something lands there and another when messages grow old.
 */
export class DurableQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: DurableQueueProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, "DeadLetters", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: DEAD_LETTER_RETENTION,
      maxMessageSizeBytes: LARGEST_MESSAGE,
    });
    this.queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      maxMessageSizeBytes: LARGEST_MESSAGE,
      visibilityTimeout: Duration.seconds(props.consumer.timeout.toSeconds() * VISIBILITY_TIMEOUTS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount ?? 10 },
    });
    props.consumer.set(ENVIRONMENT.queue, this.queue.queueUrl);
    props.consumer.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: props.batchSize ?? 1,
        maxConcurrency: props.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    this.alarms();
  }

  /** Brings the events of a rule into the queue; what cannot be delivered becomes a dead letter. */
  subscribe(id: string, rule: Omit<RuleProps, "targets">): Rule {
    return new Rule(this, id, {
      ...rule,
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    });
  }

  private alarms(): void {
    const name = this.queue.node.path;
    new Alarm(this, "DeadLettersPresent", {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Messages of ${name} could not be handled. Read one in its dead-letter queue and the function's log, mend the cause, then start a redrive.`,
    });
    new Alarm(this, "MessagesGrowOld", {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      threshold: RETENTION.toSeconds() / 2,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Messages of ${name} have waited for half of their retention. They are deleted after ${RETENTION.toDays()} days: raise the concurrency of its function, or mend what it waits for.`,
    });
  }
}
