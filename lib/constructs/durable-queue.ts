import { Duration } from "aws-cdk-lib";
import {
  type IEventBus,
  type IRuleTarget,
  Rule,
  type RuleProps,
  type RuleTargetInput,
} from "aws-cdk-lib/aws-events";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { DATA_LIMITS } from "../../aws-limits/data-limits.ts";
import { LARGEST_WITHOUT_WAIT } from "../contract/batch.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { type DeadLetters, deadLetterQueue } from "./dead-letters.ts";
import type { HandlerFunction } from "./handler-function.ts";
import { RuleSenders } from "./rule-senders.ts";
import { ThresholdAlarm } from "./threshold-alarm.ts";

/**
 * AWS's advice for a queue that a function reads: with a shorter timeout, a throttled function receives its
 * messages again.
 */
const VISIBILITY_TIMEOUTS = 6;
const RETENTION = Duration.days(7);
const LARGEST_MESSAGE = DATA_LIMITS.message.most;

export interface DurableQueueProps {
  /** The function that reads it. */
  readonly consumer: HandlerFunction;
  /** The variable with its URL, for a consumer that reads another queue as well. @default that of its only queue */
  readonly variable?: string | undefined;
  /** Messages in one invocation. @default 1 */
  readonly batchSize?: number;
  /** How long a batch may wait until it is full. @default no wait; a second for more than 10 messages */
  readonly batchWindow?: Duration;
  /** The delay of a message before its delivery. @default none */
  readonly delay?: Duration;
  /** Concurrent invocations: 2 to 1000. @default no limit of its own */
  readonly maxConcurrency?: number | undefined;
  /**
   * Maximum receives of a message before it is dead-lettered. @default 10, since throttles are not the
   * message's fault
   */
  readonly maxReceiveCount?: number;
  /** Collects its dead letters. @default its own dead-letter queue, which an operator has to check */
  readonly deadLetters?: DeadLetters;
}

/**
 * A durable queue with the function that reads it: encrypted, with a dead-letter queue and an alarm when
 * messages grow old. If the dead-letter queue is its own, another alarm is raised when it receives a message.
 */
export class DurableQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** The visibility timeout of a message that its function did not finish. */
  readonly visibilityTimeout: Duration;
  private readonly shared: DeadLetters | undefined;
  private readonly senders: RuleSenders;
  private readonly deadLetterSenders: RuleSenders;

  constructor(scope: Construct, id: string, props: DurableQueueProps) {
    super(scope, id);
    this.shared = props.deadLetters;
    this.deadLetters = this.shared?.queue ?? deadLetterQueue(this, "DeadLetters");
    this.visibilityTimeout = Duration.seconds(props.consumer.timeout.toSeconds() * VISIBILITY_TIMEOUTS);
    this.queue = new Queue(this, "Queue", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      maxMessageSizeBytes: LARGEST_MESSAGE,
      deliveryDelay: props.delay,
      visibilityTimeout: this.visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount ?? 10 },
    });
    this.senders = new RuleSenders(this.queue);
    this.deadLetterSenders = this.shared?.senders ?? new RuleSenders(this.deadLetters);
    const { batchSize = 1 } = props;
    props.consumer.addEnvironment(props.variable ?? ENVIRONMENT.queue, this.queue.queueUrl);
    props.consumer.sendBackTo(this.queue.queueArn);
    props.consumer.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxBatchingWindow: props.batchWindow ?? shortestWindow(batchSize),
        maxConcurrency: props.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    if (!this.shared) this.watchDeadLetters();
    this.watchAge();
  }

  /**
   * Sends the events of a rule to the queue, or the result of `message`; an undeliverable event becomes a
   * dead letter. The rule is created in `scope`.
   */
  subscribe(
    id: string,
    rule: Omit<RuleProps, "targets">,
    message?: RuleTargetInput,
    scope: Construct = this,
  ): Rule {
    const target: IRuleTarget = {
      // The library's own target would write a statement into the queue's policy for each rule.
      bind: () => ({
        arn: this.queue.queueArn,
        input: message,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
      }),
    };
    const made = new Rule(scope, id, { ...rule, targets: [target] });
    for (const senders of [this.senders, this.deadLetterSenders]) senders.add(made, rule.eventBus);
    return made;
  }

  /**
   * Sends events of a bus to the queue, by a rule for each. `to` names the subscriber, `where` the fields that
   * it requires. Answers the ARNs of the rules, by event.
   */
  subscribeToEvents(
    names: Iterable<string>,
    { bus, to, where }: { bus: IEventBus; to: string; where?: object | undefined },
  ): Record<string, string> {
    const rules: Record<string, string> = {};
    for (const name of names) {
      const rule = this.subscribe(name, {
        eventBus: bus,
        description: `${name} → ${to}`,
        eventPattern: { detailType: [name], detail: where },
      });
      rules[name] = rule.ruleArn;
    }
    return rules;
  }

  /** The record of the queue in a deployment. `rules` are the ARNs of its rules by event name. */
  deployed(
    about: Pick<DeployedQueue, "name" | "role" | "workflow">,
    rules: Record<string, string> = {},
  ): DeployedQueue {
    const [queueUrl, deadLettersUrl] = [this.queue.queueUrl, this.deadLetters.queueUrl];
    return { ...about, queueUrl, deadLettersUrl, rules };
  }

  private watchDeadLetters(): void {
    new ThresholdAlarm(this, "DeadLettersPresent", {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      alarmDescription: `Messages of ${this.queue.node.path} failed and are dead letters. Read one in the dead-letter queue, and see the errors with "millrace logs --errors". Fix the cause, then start a redrive in SQS.`,
    });
  }

  private watchAge(): void {
    new ThresholdAlarm(this, "MessagesGrowOld", {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      threshold: RETENTION.toSeconds() / 2,
      alarmDescription: `Messages of ${this.queue.node.path} are older than half of the retention. SQS deletes them after ${RETENTION.toDays()} days. Resume a paused workflow ("millrace resume <workflow>"), raise the concurrency of the function, or fix its errors ("millrace logs --errors").`,
    });
  }
}

/**
 * The shortest time that Lambda accepts for a batch of this size.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
function shortestWindow(batchSize: number): Duration | undefined {
  return batchSize > LARGEST_WITHOUT_WAIT ? Duration.seconds(1) : undefined;
}
