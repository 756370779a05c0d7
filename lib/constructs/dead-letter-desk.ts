import { Duration } from "aws-cdk-lib";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import type { HandlerBundles } from "./handler-bundles.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { StateTable } from "./state-table.ts";

export interface DeadLetterDeskProps {
  readonly bundles: HandlerBundles;
  readonly table: StateTable;
}

/** What of a run says that it waits for a message which was given up. */
const STUCK = ["stuck", "unstuck", "changedAt", "revision", "unpublished"];

/** The function that takes the dead letters of all queues into the table, where people look at them and settle them. */
export class DeadLetterDesk extends Construct {
  readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, { bundles, table }: DeadLetterDeskProps) {
    super(scope, id);
    this.handler = new HandlerFunction(this, "Desk", {
      code: bundles.ownCode("dead-letters"),
      description: "Stores dead letters in the table",
      timeout: Duration.seconds(30),
    });
    const { deadLetters, runs, work, queues } = PARTITIONS;
    table.connect(
      this.handler,
      { may: ["GetItem"], of: [runs(), deadLetters()] },
      // What is done has its answer in its claim.
      { may: ["BatchGetItem"], of: [work()] },
      { may: ["PutItem"], of: [deadLetters()] },
      { may: ["UpdateItem"], of: [runs()], attributes: STUCK },
      { may: ["Query"], of: [queues()] },
    );
  }

  /** Tells the function a queue of its own account and region, from whose URL it makes those of others. */
  knowQueue(queue: IQueue): void {
    this.handler.set(ENVIRONMENT.deadLetters, queue.queueUrl);
  }
}
