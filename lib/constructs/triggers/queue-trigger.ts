import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { CfnQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { DefinitionError } from "../../contract/definition-error.ts";
import { ENVIRONMENT } from "../../contract/environment.ts";
import type { QueueTriggerSpec } from "../../contract/trigger/queue.ts";
import { announce, TriggerFunction, type TriggerProps } from "./trigger-function.ts";

export interface QueueTriggerProps extends TriggerProps<QueueTriggerSpec> {
  /** Has a dead-letter queue, and a visibility timeout of at least the function's 30 seconds; better six times that. */
  readonly queue: Queue;
}

/** The visibility timeout of a queue that sets none, in seconds. */
const DEFAULT_VISIBILITY = 30;

/**
 * Each message of an existing queue becomes an event. Throws if the queue has no dead-letter queue, or a
 * visibility timeout that Lambda would refuse.
 */
export class QueueTrigger extends Construct {
  readonly handler: TriggerFunction;

  constructor(scope: Construct, id: string, props: QueueTriggerProps) {
    super(scope, id);
    const { queue, trigger } = props;
    if (!queue.deadLetterQueue) {
      throw new DefinitionError(
        `${queue.node.path} has no dead-letter queue: a message that cannot be handled would be redelivered until SQS deletes it. Configure a dead-letter queue for it; ${trigger.name} can then consume the queue.`,
      );
    }
    announce(props, "queue", queue.node.id);
    this.handler = new TriggerFunction(this, "Handler", props);
    refuseShortVisibility(queue, this.handler.timeout.toSeconds());
    this.handler.addEnvironment(ENVIRONMENT.queue, queue.queueUrl);
    this.handler.function.addEventSource(
      new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true }),
    );
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
function refuseShortVisibility({ node }: Queue, timeout: number): void {
  const { visibilityTimeout = DEFAULT_VISIBILITY } = node.defaultChild as CfnQueue;
  if (visibilityTimeout >= timeout) return;
  throw new DefinitionError(
    `The visibility timeout of ${node.path} is ${visibilityTimeout} s, less than the ${timeout} s of the function that reads it: Lambda refuses such a queue. Set it to ${6 * timeout} s, so that a throttled function does not receive its messages again.`,
  );
}
