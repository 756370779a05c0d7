import { ArnPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { HandlerFunction } from "./handler-function.ts";

/** Lets a function do something with a queue, by the queue's own policy: that of a function which serves all queues does not grow. */
export function allowRole(queue: IQueue, handler: HandlerFunction, ...actions: string[]): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ArnPrincipal(handler.function.role!.roleArn)],
      resources: [queue.queueArn],
      actions,
    }),
  );
}
