import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { DefinitionError } from "../../contract/definition-error.ts";
import { ENVIRONMENT } from "../../contract/environment.ts";
import type { QueueTriggerSpec } from "../../contract/trigger/queue.ts";
import { announce, TriggerFunction, type TriggerProps } from "./trigger-function.ts";

export interface QueueTriggerProps extends TriggerProps<QueueTriggerSpec> {
  /** Has a dead-letter queue. */
  readonly queue: Queue;
}

/** Each message of an existing queue becomes an event. Throws if the queue has no dead-letter queue. */
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
    this.handler.addEnvironment(ENVIRONMENT.queue, queue.queueUrl);
    this.handler.function.addEventSource(
      new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true }),
    );
  }
}
