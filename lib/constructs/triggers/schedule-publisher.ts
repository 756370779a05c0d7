import { extname, join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../contract/environment.ts";
import { PARTITIONS } from "../../contract/partitions.ts";
import type { ScheduleSpec } from "../../contract/trigger/schedule.ts";
import { handlerCode } from "../bundles/handler-code.ts";
import { DurableQueue } from "../durable-queue.ts";
import type { EventBus } from "../event-bus.ts";
import { HandlerFunction } from "../handler-function.ts";
import type { StateTable } from "../state-table.ts";
import { publishing } from "./trigger-function.ts";

export interface SchedulePublisherProps {
  readonly bus: EventBus;
  readonly table: StateTable;
}

const HANDLER = join(
  import.meta.dirname,
  `../../../lambdas/triggers/schedules.lambda${extname(import.meta.filename)}`,
);

/**
 * Publishes the occurrences that Scheduler sends to its queue, and missed ones. One for all
 * schedules of a stack and a bus.
 */
export class SchedulePublisher extends Construct {
  readonly queue: DurableQueue;
  private readonly handler: HandlerFunction;

  /** The one of the stack that contains `scope`. */
  static of(scope: Construct, props: SchedulePublisherProps): SchedulePublisher {
    const stack = Stack.of(scope);
    const id = `Schedules${props.bus.node.addr.slice(-8)}`;
    return (
      (stack.node.tryFindChild(id) as SchedulePublisher | undefined) ??
      new SchedulePublisher(stack, id, props)
    );
  }

  constructor(scope: Construct, id: string, { bus, table }: SchedulePublisherProps) {
    super(scope, id);
    this.handler = new HandlerFunction(this, "Handler", {
      code: handlerCode(this, "schedules", HANDLER),
      description: "Publishes occurrences of schedules",
    });
    table.connect(this.handler, { may: ["GetItem", "PutItem"], of: [PARTITIONS.schedules()] });
    this.handler.addEnvironment(ENVIRONMENT.bus, bus.bus.eventBusName);
    this.queue = new DurableQueue(this, "Occurrences", {
      consumer: this.handler,
      batchSize: 10,
      // Occurrences that are published in batches are redelivered for each batch.
      maxReceiveCount: 100,
    });
  }

  /** Lets it publish the events of a schedule. */
  publishes(trigger: ScheduleSpec, bus: EventBus): void {
    this.handler.function.addToRolePolicy(publishing(trigger, bus));
  }
}
