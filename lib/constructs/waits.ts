import { Match } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { MILLRACE_SOURCE, WAITS_SUBSCRIBER } from "../contract/reserved.ts";
import { ENDED_STATUSES } from "../contract/table.ts";
import { WAITS_HANDLER } from "./bundles/find-handlers.ts";
import type { Control } from "./control.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { DurableQueue } from "./durable-queue.ts";
import { HandlerFunction } from "./handler-function.ts";
import { OWN_QUEUES } from "./own-queues.ts";
import type { Platform } from "./platform.ts";

export interface WaitsProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Names of the events that workflows wait for, or are cancelled by. */
  readonly events: readonly string[];
  /** Sends its deferred messages again. */
  readonly control: Control;
  /** Collects its dead letters. */
  readonly deadLetters: DeadLetters;
}

/**
 * What runs wait for: a queue for the waits of state machines and the events that end them. A waiting run is
 * a token in the table, and costs nothing else.
 */
export class Waits extends Construct {
  readonly handler: HandlerFunction;
  readonly queue: DurableQueue;
  /** The queue and its rules, as `DeployedQueues` records them. */
  readonly deployed: readonly DeployedQueue[];

  constructor(scope: Construct, id: string, props: WaitsProps) {
    super(scope, id);
    const {
      platform: { bundles, table, bus, artifacts, stateMachines },
      events,
      control,
      deadLetters,
    } = props;
    this.handler = new HandlerFunction(this, "Wait", {
      code: events.length > 0 ? bundles.code(WAITS_HANDLER) : bundles.ownCode("waits"),
      description: "Delivers events to the runs that wait for them",
    });
    const { handler } = this;
    const { waits, runs, races, deliveries, quarantine, controls, deferred } = PARTITIONS;
    table.connect(
      handler,
      { may: ["GetItem"], of: [waits(), runs()] },
      { may: ["BatchGetItem"], of: [runs(), races(), controls("workflow")] },
      { may: ["PutItem", "DeleteItem", "Query"], of: [waits()] },
      { may: ["PutItem", "DeleteItem"], of: [races()] },
      // A call of a paused run is stored with the deferred messages of its steps.
      { may: ["PutItem", "DeleteItem"], of: [deferred()] },
      { may: ["PutItem"], of: [quarantine(WAITS_SUBSCRIBER)] },
      { may: ["UpdateItem"], of: [deliveries()] },
    );
    control.connect(handler);
    artifacts.connectPayloads(handler, "read and write");
    stateMachines.grantTaskResponse(handler, "Success", "Failure");
    stateMachines.connectHistories(handler);
    // A crash fails the whole batch, so a message's receives include failures of others.
    this.queue = new DurableQueue(this, "Waiting", {
      consumer: handler,
      batchSize: 10,
      maxReceiveCount: 20,
      deadLetters,
    });
    control.resendTo(this.queue.queue);
    const rules = this.queue.subscribeToEvents(new Set(events), {
      bus: bus.bus,
      to: "runs that wait for it",
    });
    this.deployed = [this.queue.deployed(OWN_QUEUES.waits, rules)];
    this.queue.subscribe("ChildEnded", {
      eventBus: bus.bus,
      description: "End of a run → the run that called it",
      eventPattern: {
        source: [MILLRACE_SOURCE],
        detailType: ENDED_STATUSES.map((status) => `run.${status}`),
        detail: { parent: { run: Match.exists() } },
      },
    });
  }
}
