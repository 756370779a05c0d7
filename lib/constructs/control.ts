import { Fn, Lazy } from "aws-cdk-lib";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { SETTINGS_FILE, type SettingsCatalogue } from "../contract/settings/catalogue.ts";
import { LEAST_INVOCATIONS } from "../contract/step.ts";
import { allowRole } from "./allow-role.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { DurableQueue } from "./durable-queue.ts";
import { HandlerFunction } from "./handler-function.ts";
import { OWN_QUEUES } from "./own-queues.ts";
import type { Platform } from "./platform.ts";
import type { StateTable } from "./state-table.ts";
import { CLOSE_APPROVALS } from "./table-grant.ts";

/** The maximum concurrency of an SQS event source mapping. */
const MOST_INVOCATIONS = 1000;

export interface ControlProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Names of the workflows. */
  readonly workflows: readonly string[];
  /** Names of the reactions. */
  readonly reactions: readonly string[];
  /** The settings of the workflows, reactions, breakers and shared limits. */
  readonly settings: SettingsCatalogue;
  /** Collects its dead letters. */
  readonly deadLetters: DeadLetters;
  /** Concurrent invocations that are reserved for the function. @default none */
  readonly reservedConcurrency?: number | undefined;
}

/**
 * Carries out the commands of operators and programs: start, pause, resume, terminate, retry, drain. The
 * function is invoked directly; its queue takes commands that need no answer, and sends deferred messages
 * again when they are due.
 */
export class Control extends Construct {
  readonly handler: HandlerFunction;
  readonly queue: DurableQueue;
  /** Its queue, as `DeployedQueues` records it. */
  readonly deployed: readonly DeployedQueue[];
  /** Ids of the roles whose commands are accepted from the queue. */
  private readonly commanders: string[] = [];
  /** All queues to which messages may be sent again. */
  readonly resent: IQueue[] = [];

  constructor(
    scope: Construct,
    id: string,
    {
      platform: { bundles, table, bus, artifacts, stateMachines },
      workflows,
      reactions,
      settings,
      deadLetters,
      reservedConcurrency,
    }: ControlProps,
  ) {
    super(scope, id);
    this.handler = new HandlerFunction(this, "Control", {
      code: bundles.ownCode("control", () => [{ path: SETTINGS_FILE, text: JSON.stringify(settings) }]),
      description: "Carries out operator actions",
      reservedConcurrency,
    });
    this.writeControls(table);
    artifacts.connectPayloads(this.handler, "write");
    table.grantQuery(this.handler, "list");
    table.grantQuery(this.handler, "due");
    table.grantQuery(this.handler, "found");
    stateMachines.connect(this.handler);
    // Discarding a dead letter answers the state that waits for it.
    stateMachines.grantTaskResponse(this.handler, "Failure");
    bus.connectReplays(this.handler);
    this.handler.addEnvironment(ENVIRONMENT.workflows, workflows.join(","));
    this.handler.addEnvironment(ENVIRONMENT.reactions, reactions.join(","));
    this.queue = new DurableQueue(this, "Commands", {
      consumer: this.handler,
      batchSize: 10,
      maxConcurrency: atOnce(reservedConcurrency),
      deadLetters,
    });
    this.deployed = [this.queue.deployed(OWN_QUEUES.control)];
    this.connect(this.handler);
    this.handler.addEnvironment(
      ENVIRONMENT.commanders,
      Lazy.string({ produce: () => Fn.join(",", this.commanders) }),
    );
  }

  /** Operator actions, and their effects on runs, approvals, breakers and dead letters. */
  private writeControls(table: StateTable): void {
    const { runs, work, races, deferred, approvals, commands, controls, breaker } = PARTITIONS;
    const { quarantine, deadLetters, replays, queues } = PARTITIONS;
    const targets = ["workflow", "subscriber", "breaker", "limit"] as const;
    const everyControl = targets.map((target) => controls(target));
    const resolved = [quarantine(), deadLetters(), replays()];
    table.connect(
      this.handler,
      {
        may: ["GetItem", "BatchGetItem"],
        of: [runs(), work(), deferred(), commands(), ...everyControl, breaker(), ...resolved, queues()],
      },
      { may: ["Query"], of: [work(), deferred(), approvals(), races(), queues()] },
      { may: ["UpdateItem"], of: [runs(), work(), breaker(), ...resolved] },
      CLOSE_APPROVALS,
      { may: ["PutItem"], of: [commands(), ...everyControl, breaker(), replays()] },
      { may: ["DeleteItem"], of: [deferred()] },
    );
  }

  /** Lets a function send commands, and have deferred messages sent again, through the queue. */
  connect(handler: HandlerFunction): void {
    this.commanders.push(handler.roleId);
    this.connectWakeups(handler);
  }

  /**
   * Lets a function have deferred messages sent again in time. Anything else that it sends to the queue is
   * refused.
   */
  connectWakeups(handler: HandlerFunction): void {
    handler.allow(["sqs:SendMessage"], this.queue.queue.queueArn);
    handler.addEnvironment(ENVIRONMENT.controlQueue, this.queue.queue.queueUrl);
  }

  /**
   * Lets the function send messages to queues again. Each queue's own policy allows it: the function's policy
   * has no space for all of them, and a pattern of names would allow more.
   */
  resendTo(...queues: IQueue[]): void {
    this.resent.push(...queues);
    // If the queue is empty, the message that a run waits for is lost.
    for (const queue of queues) allowRole(queue, this.handler, "sqs:SendMessage", "sqs:GetQueueAttributes");
  }
}

/**
 * How many batches of the queue are handled at once. A queue does not take a reservation into account, and a
 * message that is throttled too often becomes a dead letter. Two are left to those who invoke the function.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
function atOnce(reservedConcurrency: number | undefined): number | undefined {
  if (reservedConcurrency === undefined) return undefined;
  return Math.min(MOST_INVOCATIONS, Math.max(LEAST_INVOCATIONS, reservedConcurrency - 2));
}
