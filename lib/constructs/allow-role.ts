import { ArnPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { HandlerFunction } from "./handler-function.ts";

/**
 * Lets a function use a queue, by the queue's own policy: the policy of a function that serves all queues
 * does not grow.
 */
export function allowRole(queue: IQueue, handler: HandlerFunction, ...actions: string[]): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ArnPrincipal(handler.function.role!.roleArn)],
      resources: [queue.queueArn],
      actions,
    }),
  );
}
