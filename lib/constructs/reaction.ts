import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { seconds } from "../contract/duration.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { ReactionSpec } from "../contract/reaction.ts";
import type { ArtifactBucket } from "./artifact-bucket.ts";
import type { Control } from "./control.ts";
import { DurableQueue } from "./durable-queue.ts";
import type { EventBus } from "./event-bus.ts";
import type { HandlerBundles } from "./handler-bundles.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { StateTable } from "./state-table.ts";
import { OVERHEAD } from "./step-worker.ts";

export interface ReactionProps {
  readonly reaction: ReactionSpec;
  readonly bundles: HandlerBundles;
  readonly bus: EventBus;
  readonly table: StateTable;
  readonly artifacts: ArtifactBucket;
  readonly control: Control;
}

/** Deliveries of a message beside its tries: of duplicates, while another invocation is at it, and after crashes. */
const MORE_DELIVERIES = 20;

/** A reaction: a rule per event, its queue, and the function that handles the events. */
export class Reaction extends Construct {
  readonly handler: HandlerFunction;
  readonly queue: DurableQueue;

  constructor(scope: Construct, id: string, props: ReactionProps) {
    super(scope, id);
    const { reaction, bundles, bus, table, artifacts, control } = props;
    const { name, on, where } = reaction;
    this.handler = new HandlerFunction(this, "Handler", {
      code: bundles.code(name),
      description: `Reaction ${name}`,
      timeout: Duration.seconds(seconds(reaction.timeout)).plus(OVERHEAD),
      memory: reaction.memory,
      recursive: true,
    });
    table.connect(this.handler, "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem");
    control.connect(this.handler);
    artifacts.connect(this.handler, reaction.artifacts, `${name}/`);
    artifacts.connectPayloads(this.handler, "read and write", name);

    this.queue = new DurableQueue(this, "Events", {
      consumer: this.handler,
      maxConcurrency: reaction.concurrency,
      maxReceiveCount: reaction.retry.attempts + MORE_DELIVERIES,
    });
    const { queue, deadLetters } = this.queue;
    this.handler.set(ENVIRONMENT.deadLetters, deadLetters.queueUrl);
    this.handler.allow(["sqs:SendMessage"], deadLetters.queueArn);
    control.resendTo(this, [queue]);
    for (const { name: event } of on) {
      this.queue.subscribe(event, {
        eventBus: bus.bus,
        description: `${event} → ${name}`,
        eventPattern: { detailType: [event], ...(where && { detail: where }) },
      });
    }
  }
}
