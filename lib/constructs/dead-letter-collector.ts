import { Duration, Stack } from "aws-cdk-lib";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { PUBLISHED_CHANGES } from "../contract/published-changes.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Platform } from "./platform.ts";
import { rootStack } from "./root-stack.ts";

export interface DeadLetterCollectorProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
}

/** The attributes of a run that mark it as stuck. */
const STUCK = ["stuck", "unstuck", "changedAt", "revision", "unpublished"];
/** What is written if the dead message is that of a run without an execution: an execution takes over. */
const HANDED_OVER = ["released", "due", "dueAt", PUBLISHED_CHANGES.later];

/**
 * The function that stores the dead letters of all queues in the table, where operators inspect and resolve
 * them.
 */
export class DeadLetterCollector extends Construct {
  readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, { platform: { bundles, table } }: DeadLetterCollectorProps) {
    super(scope, id);
    this.handler = new HandlerFunction(this, "Collect", {
      code: bundles.ownCode("dead-letters"),
      description: "Stores dead letters in the table",
      timeout: Duration.seconds(30),
    });
    this.handler.allow(
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
      Stack.of(this).formatArn({ service: "sqs", resource: this.nameOf("*") }),
    );
    const { deadLetters, runs, work, queues } = PARTITIONS;
    table.connect(
      this.handler,
      { may: ["GetItem"], of: [runs(), deadLetters()] },
      // A completed step has its answer in its claim.
      { may: ["BatchGetItem"], of: [work()] },
      { may: ["PutItem"], of: [deadLetters()] },
      { may: ["UpdateItem"], of: [runs()], attributes: [...STUCK, ...HANDED_OVER] },
      { may: ["Query"], of: [queues(), work()] },
    );
  }

  /** Name pattern of the dead-letter queues that it reads: one statement for any number of queues. */
  nameOf(owner: string): string {
    return `${rootStack(this).stackName}_dead-letters_${owner}`;
  }

  /** Gives the function the URL of one queue of its account and region, from which it derives other URLs. */
  knowQueue(queue: IQueue): void {
    this.handler.addEnvironment(ENVIRONMENT.deadLetters, queue.queueUrl);
  }
}
