import { Construct } from "constructs";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { MILLRACE_SOURCE } from "../contract/reserved.ts";
import type { Control } from "./control.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { DurableQueue } from "./durable-queue.ts";
import { HandlerFunction } from "./handler-function.ts";
import { OWN_QUEUES } from "./own-queues.ts";
import type { Platform } from "./platform.ts";

export interface ApprovalsProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Sends its deferred messages again. */
  readonly control: Control;
  /** Collects its dead letters. */
  readonly deadLetters: DeadLetters;
}

/**
 * Approvals by people: a queue that takes the requests from state machines, and another that returns the
 * decisions.
 */
export class Approvals extends Construct {
  /** Where a state machine sends its request. */
  readonly questions: DurableQueue;
  /** Returns people's decisions. */
  readonly decisions: DurableQueue;
  /** Its queues, as `DeployedQueues` records them. */
  readonly deployed: readonly DeployedQueue[];

  constructor(
    scope: Construct,
    id: string,
    { platform: { bundles, table, bus, stateMachines }, control, deadLetters }: ApprovalsProps,
  ) {
    super(scope, id);
    const approve = new HandlerFunction(this, "Approve", {
      code: bundles.ownCode("approve"),
      description: "Requests approvals",
    });
    const { approvals, runs, races, controls, deferred } = PARTITIONS;
    const of = [approvals()];
    table.connect(
      approve,
      { may: ["GetItem", "PutItem", "UpdateItem"], of },
      { may: ["BatchGetItem"], of: [runs(), races(), controls("workflow")] },
      // The request of a paused run is stored with the deferred messages of its steps.
      { may: ["PutItem", "DeleteItem"], of: [deferred()] },
    );
    control.connectWakeups(approve);
    stateMachines.grantTaskResponse(approve, "Success", "Failure");
    this.questions = new DurableQueue(this, "Questions", { consumer: approve, deadLetters });

    const correlate = new HandlerFunction(this, "Correlate", {
      code: bundles.ownCode("correlate"),
      description: "Delivers decisions to waiting runs",
    });
    table.connect(correlate, { may: ["GetItem"], of });
    stateMachines.grantTaskResponse(correlate, "Success");
    this.decisions = new DurableQueue(this, "Decisions", { consumer: correlate, deadLetters });
    control.resendTo(this.questions.queue, this.decisions.queue);
    this.decisions.subscribe("Decided", {
      eventBus: bus.bus,
      description: "approval.decided → correlate",
      eventPattern: { source: [MILLRACE_SOURCE], detailType: ["approval.decided"] },
    });
    this.deployed = [
      this.questions.deployed(OWN_QUEUES.approvals),
      this.decisions.deployed(OWN_QUEUES.decisions),
    ];
  }
}
