import { Duration } from "aws-cdk-lib";
import { Match, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { LONGEST_PASS, RECONCILED_EVERY } from "../contract/reconciler.ts";
import { MILLRACE_SOURCE } from "../contract/reserved.ts";
import type { Control } from "./control.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { DurableQueue } from "./durable-queue.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { OutboxRelay } from "./outbox-relay.ts";
import { OWN_QUEUES } from "./own-queues.ts";
import type { Platform } from "./platform.ts";
import type { StateTable } from "./state-table.ts";
import { CLOSE_APPROVALS } from "./table-grant.ts";

export interface CompletionHandlerProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** The subscribers that the reconciler checks. */
  readonly relay: OutboxRelay;
  /** Names of the workflows. */
  readonly workflows: readonly string[];
  /** Sends its deferred messages again. */
  readonly control: Control;
  /** Collects its dead letters. */
  readonly deadLetters: DeadLetters;
}

/**
 * Completes runs and compensates them. Step Functions reports the end of an execution by an event,
 * best effort; a reconciler finds unreported ends, and changes that the relay did not publish.
 */
export class CompletionHandler extends Construct {
  readonly queue: DurableQueue;
  /** Its queue, as `DeployedQueues` records it. */
  readonly deployed: readonly DeployedQueue[];
  readonly reconcile: HandlerFunction;

  constructor(
    scope: Construct,
    id: string,
    {
      platform: { bundles, table, bus, artifacts, stateMachines },
      relay,
      workflows,
      control,
      deadLetters,
    }: CompletionHandlerProps,
  ) {
    super(scope, id);
    const finish = new HandlerFunction(this, "Complete", {
      code: bundles.ownCode("complete"),
      description: "Completes runs",
    });
    this.endRuns(table, finish);
    artifacts.connectPayloads(finish, "write");
    stateMachines.connect(finish);
    control.connect(finish);
    const queue = new DurableQueue(this, "Endings", { consumer: finish, batchSize: 10, deadLetters });
    this.queue = queue;
    this.deployed = [queue.deployed(OWN_QUEUES.completion)];
    queue.subscribe("Ended", {
      description: "End of an execution → completion",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: Match.prefix(stateMachines.prefix),
          status: ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
    });
    queue.subscribe("Late", {
      eventBus: bus.bus,
      description: "step.late, race.decided → undo",
      eventPattern: { source: [MILLRACE_SOURCE], detailType: ["step.late", "race.decided"] },
    });
    control.resendTo(queue.queue);

    this.reconcile = new HandlerFunction(this, "Reconcile", {
      code: bundles.ownCode("reconcile"),
      description: "Reconciles runs and changes that events missed",
      timeout: Duration.minutes(LONGEST_PASS),
    });
    const { reconcile } = this;
    const { runs, deferred, log, queues, deliveries, audit } = PARTITIONS;
    this.endRuns(table, reconcile);
    table.connect(
      reconcile,
      // Items that an index returns may be of any kind.
      { may: ["GetItem"], of: ["*"] },
      { may: ["Query"], of: [runs(), deferred(), log(), queues()] },
      { may: ["UpdateItem"], of: [deliveries(), audit()] },
    );
    table.connectLog(reconcile);
    table.connectOutbox(reconcile);
    table.grantQuery(reconcile, "due");
    table.grantQuery(reconcile, "list");
    table.grantQuery(reconcile, "unpublished");
    relay.connectFailedBatches(reconcile);
    bus.connect(reconcile);
    artifacts.connectPayloads(reconcile, "read and write");
    stateMachines.connect(reconcile);
    stateMachines.connectHistories(reconcile);
    reconcile.addEnvironment(ENVIRONMENT.workflows, workflows.join(","));
    control.connect(reconcile);
    new Rule(this, "Sweeping", {
      description: "Every five minutes → reconcile",
      schedule: Schedule.rate(Duration.minutes(RECONCILED_EVERY)),
      targets: [new LambdaFunction(reconcile.function, { retryAttempts: 2 })],
    });
  }

  /** Closes runs, seals their claims and approvals, and counts what is undone. */
  private endRuns(table: StateTable, handler: HandlerFunction): void {
    const { runs, work, approvals, races } = PARTITIONS;
    table.connect(
      handler,
      { may: ["GetItem"], of: [runs()] },
      { may: ["UpdateItem"], of: [runs(), work()] },
      CLOSE_APPROVALS,
      { may: ["Query"], of: [work(), approvals(), races()] },
    );
  }
}
