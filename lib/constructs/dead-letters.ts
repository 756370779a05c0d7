import { Duration } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { type Queue, QueueEncryption, Queue as SqsQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { DATA_LIMITS } from "../../aws-limits/data-limits.ts";
import { RECONCILED_EVERY } from "../contract/reconciler.ts";
import type { DeadLetterCollector } from "./dead-letter-collector.ts";
import { millraceCount } from "./operations/metrics.ts";
import { RuleSenders } from "./rule-senders.ts";
import { ThresholdAlarm } from "./threshold-alarm.ts";

/** A dead letter keeps the time of its first arrival, so it needs the longest possible retention. */
const RETENTION = Duration.days(14);
const LARGEST_MESSAGE = DATA_LIMITS.message.most;
/** AWS's own advice for a queue that a function drains. */
const VISIBILITY_TIMEOUTS = 6;
/** Enough for hundreds of messages a second; more would compete for the same run items. */
const AT_ONCE = 5;
/**
 * A message that is received three times no longer counts in the age metric; by then the alarm has seen it.
 */
const COLLECTOR_IS_LATE = Duration.minutes(5);

/** The reconciler counts in each pass what is unresolved. */
const COUNTED_WITHIN = Duration.minutes(RECONCILED_EVERY);

export interface DeadLettersProps {
  /** Empties the queue. */
  readonly collector: DeadLetterCollector;
  /** The workflow or reaction of the queues, or "millrace". The queue is named after it. */
  readonly owner: string;
  /**
   * The owners of the messages: a workflow, a reaction, or the purpose of one of Millrace's own queues. Each
   * gets an alarm.
   */
  readonly subscribers: readonly string[];
}

/**
 * The dead letters of all queues of a stack: one queue, which the collector empties into the table. There is
 * an alarm while something that it has stored is unresolved, and another when it does not keep up.
 */
export class DeadLetters extends Construct {
  readonly queue: Queue;
  /** The rules that send here what they cannot deliver. */
  readonly senders: RuleSenders;

  constructor(scope: Construct, id: string, { collector, owner, subscribers }: DeadLettersProps) {
    super(scope, id);
    this.queue = deadLetterQueue(this, "Queue", {
      queueName: collector.nameOf(owner),
      visibilityTimeout: Duration.seconds(collector.handler.timeout.toSeconds() * VISIBILITY_TIMEOUTS),
    });
    this.senders = new RuleSenders(this.queue);
    this.drainInto(collector);
    for (const subscriber of subscribers) this.watch(subscriber);
    this.watchCollector();
  }

  private drainInto({ handler }: DeadLetterCollector): void {
    new EventSourceMapping(this, "Drain", {
      target: handler.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      maxConcurrency: AT_ONCE,
      reportBatchItemFailures: true,
    });
  }

  private watch(subscriber: string): void {
    new ThresholdAlarm(this, `${subscriber}Died`, {
      metric: millraceCount(this, "DeadLetters", { subscriber }, { period: COUNTED_WITHIN }),
      alarmDescription: `Messages of ${subscriber} failed and are dead letters. List them with "millrace dead-letters", fix the cause, then run "millrace dead-letters redrive --subscriber ${subscriber}". The alarm ends when none is left.`,
    });
  }

  private watchCollector(): void {
    new ThresholdAlarm(this, "CollectorIsLate", {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) }),
      threshold: COLLECTOR_IS_LATE.toSeconds(),
      alarmDescription: `Dead letters in ${this.queue.node.path} are not stored in the table, and SQS deletes them ${RETENTION.toDays()} days after they were first sent. See the reason with "millrace logs --errors --function DeadLetterCollector". Fix the cause; processing then continues automatically.`,
    });
  }
}

/** A queue that keeps dead letters for as long as SQS allows. */
export function deadLetterQueue(
  scope: Construct,
  id: string,
  { queueName, visibilityTimeout }: { queueName?: string; visibilityTimeout?: Duration } = {},
): Queue {
  return new SqsQueue(scope, id, {
    queueName,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: RETENTION,
    maxMessageSizeBytes: LARGEST_MESSAGE,
    visibilityTimeout,
  });
}
