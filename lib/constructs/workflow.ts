import { Match } from "aws-cdk-lib/aws-events";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { type DeployedQueue, stepQueueName } from "../contract/items/subscriber.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { MILLRACE_SOURCE } from "../contract/reserved.ts";
import { compensationMachine } from "../contract/runs/state-machine-name.ts";
import { ENDED_STATUSES } from "../contract/table.ts";
import { compile } from "../workflow/compile.ts";
import { undoStepsOf } from "../workflow/composition.ts";
import { currentMachine } from "../workflow/current.ts";
import { drawGraph } from "../workflow/draw-graph.ts";
import { expressOf } from "../workflow/express.ts";
import { mayLeaveWork } from "../workflow/leaves-work.ts";
import { plan } from "../workflow/plan.ts";
import { asksPeople, hasChildExecutions, usesWaitQueue } from "../workflow/queues.ts";
import { eventReads } from "../workflow/reads.ts";
import { definitionVersion } from "../workflow/version.ts";
import { workersOf } from "../workflow/workers.ts";
import type { Workflow as WorkflowDefinition } from "../workflow/workflow.ts";
import { Compensation } from "./compensation.ts";
import { Coordinator } from "./coordinator.ts";
import { DeadLetters } from "./dead-letters.ts";
import { DeployedQueues } from "./deployed-queues.ts";
import { DurableQueue } from "./durable-queue.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Platform } from "./platform.ts";
import { Release } from "./release.ts";
import type { Services } from "./services.ts";
import type { StateTable } from "./state-table.ts";
import { StepWorker } from "./step-worker.ts";

export interface WorkflowProps {
  readonly platform: Platform;
  readonly services: Pick<Services, "approvals" | "control" | "collector" | "waits" | "releases">;
  readonly definition: WorkflowDefinition;
  /** Names of the workflows with which it shares its limit, if it has one. @default none */
  readonly sharing?: readonly string[] | undefined;
}

/**
 * A workflow. It has a stack of its own, since each step has about thirteen resources and a stack at most
 * 500.
 *
 *     rule per event ─▶ intake queue ─▶ intake ─▶ state machine ─▶ step queue ─▶ worker
 */
export class Workflow extends Construct {
  readonly stateMachine: StateMachine;
  /** By step name: the steps of a pool have the same. */
  readonly workers: ReadonlyMap<string, StepWorker>;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const {
      platform,
      services: { control, collector, releases },
      definition,
    } = props;
    const { stateMachines } = platform;
    const version = definitionVersion(definition);
    const deadLetters = new DeadLetters(this, "DeadLetters", {
      collector,
      owner: definition.name,
      subscribers: [definition.name],
    });
    this.workers = new Map(
      workersOf(definition).flatMap((plan) => {
        const worker = new StepWorker(this, plan.name, {
          platform,
          plan,
          workflow: definition.name,
          version,
          control,
          deadLetters,
        });
        return plan.steps.map(({ name }) => [name, worker] as const);
      }),
    );
    for (const { handler } of this.allWorkers) {
      // By its name, since the state machine is created after the functions.
      const stateMachine = stateMachines.arnOf(definition.name);
      // The ARN of a distributed Map's child executions continues with the Map's label.
      const parts = hasChildExecutions(definition) ? [`${stateMachine}/*`] : [];
      handler.allow(["states:SendTaskSuccess", "states:SendTaskFailure"], stateMachine, ...parts);
    }
    const { workers } = this;
    const express = expressOf(definition);
    const lane = express && workers.get(express.step)!;
    const release = new Release(this, "Release", {
      workflow: definition.name,
      version,
      workers,
      releases,
      graph: drawGraph(plan(definition)),
      express: express && { ...express, patience: lane!.longestDelivery.toSeconds() },
      machine: express && currentMachine(definition),
    });
    this.stateMachine = this.coordinate(props, version);
    this.stateMachine.node.addDependency(release);
    control.resendTo(...this.allWorkers.map(({ queue }) => queue.queue));
    const undoSteps = undoStepsOf(definition);
    if (undoSteps.length > 0) {
      new Compensation(this, "Compensation", {
        workflow: definition.name,
        stateMachineName: stateMachines.nameOf(compensationMachine(definition.name)),
        steps: undoSteps,
        workers: this.workers,
      });
    }
    const events = this.admit(props, version, deadLetters, lane);
    const steps = [...this.workers].map(([step, { queue }]) =>
      queue.deployed({ name: stepQueueName(definition.name, step), role: "step", workflow: definition.name }),
    );
    new DeployedQueues(this, "Queues", { releases, queues: [events, ...steps] });
  }

  /** Each once, for any number of steps that share it. */
  get allWorkers(): StepWorker[] {
    return [...new Set(this.workers.values())];
  }

  /** The log group of each step's worker. */
  get logGroups(): Record<string, string> {
    return Object.fromEntries([...this.workers].map(([step, { handler }]) => [step, handler.logGroupName]));
  }

  /** Runs of this workflow, their per-key queues, the events of its batches, and quarantined events. */
  private admitInto(
    table: StateTable,
    intake: HandlerFunction,
    { definition: { name, perKey, sharedLimit, batch }, sharing = [name] }: WorkflowProps,
  ): void {
    const { runs, keyQueues, limits, batches, collected, quarantine, controls, deliveries } = PARTITIONS;
    const { replays, dryRunEvent } = PARTITIONS;
    table.connect(
      intake,
      { may: ["GetItem"], of: [runs(name), controls("workflow", name), replays()] },
      { may: ["PutItem", "UpdateItem"], of: [runs(name), quarantine(name), dryRunEvent(name)] },
      { may: ["UpdateItem"], of: [deliveries()] },
      { may: ["UpdateItem"], of: [replays()], attributes: ["counts"] },
      ...(perKey
        ? [{ may: ["PutItem", "UpdateItem", "DeleteItem", "Query"] as const, of: [keyQueues(name)] }]
        : []),
      // A held run gives its slot, or its place, back while it is held.
      ...(perKey || sharedLimit ? [{ may: ["ConditionCheckItem"] as const, of: [runs(name)] }] : []),
      ...(sharedLimit
        ? [
            {
              may: ["PutItem", "UpdateItem", "DeleteItem", "Query"] as const,
              of: [limits(sharedLimit.limit.name)],
            },
            // The ends of runs with a place, of whatever workflow.
            {
              may: ["GetItem"] as const,
              of: [controls("limit", sharedLimit.limit.name), ...sharing.map((one) => runs(one))],
            },
          ]
        : []),
      ...(batch
        ? [
            { may: ["PutItem", "Query", "BatchWriteItem"] as const, of: [batches(name)] },
            { may: ["PutItem", "UpdateItem"] as const, of: [collected(name)] },
          ]
        : []),
    );
  }

  /**
   * Intake sends runs to the worker as the state machine would. The worker ends them, or asks intake for an
   * execution.
   */
  private runExpress(
    { handler, queue: { queue: work } }: StepWorker,
    intake: HandlerFunction,
    { queue: events }: DurableQueue,
    { platform: { table }, definition: { name } }: WorkflowProps,
  ): void {
    table.connect(intake, { may: ["GetItem"], of: [PARTITIONS.releases()] });
    intake.allow(["sqs:SendMessage"], work.queueArn);
    intake.set(ENVIRONMENT.expressQueue, work.queueUrl);
    table.connect(handler, { may: ["UpdateItem"], of: [PARTITIONS.runs(name)], attributes: ENDING });
    handler.allow(["sqs:SendMessage"], events.queueArn);
    handler.set(ENVIRONMENT.intakeQueue, events.queueUrl);
  }

  private coordinate(
    { platform: { stateMachines, artifacts }, services: { approvals, waits }, definition }: WorkflowProps,
    version: string,
  ): StateMachine {
    const queueOf = (step: string) => this.workers.get(step)!.queue.queue;
    const queues = this.allWorkers.map(({ queue }) => queue.queue);
    const { stateMachine } = new Coordinator(this, "Coordinator", {
      stateMachineName: stateMachines.nameOf(definition.name),
      machine: compile(definition, {
        queueUrl: (step) => queueOf(step).queueUrl,
        approvalQueueUrl: approvals.questions.queue.queueUrl,
        waitQueueUrl: waits.queue.queue.queueUrl,
        version,
      }),
      parts: hasChildExecutions(definition) ? { bucket: artifacts, workflow: definition.name } : undefined,
      queues: [
        ...queues,
        ...(asksPeople(definition) ? [approvals.questions.queue] : []),
        ...(usesWaitQueue(definition) ? [waits.queue.queue] : []),
      ],
    });
    return stateMachine;
  }

  private admit(
    props: WorkflowProps,
    version: string,
    deadLetters: DeadLetters,
    express: StepWorker | undefined,
  ): DeployedQueue {
    const {
      platform: { bundles, bus, table, artifacts, stateMachines },
      definition,
      services: { control },
    } = props;
    const intake = new HandlerFunction(this, "Intake", {
      code: bundles.code(`${definition.name}.intake`),
      description: `${definition.name}: event → run`,
    });
    this.admitInto(table, intake, props);
    intake.set(ENVIRONMENT.stateMachine, this.stateMachine.stateMachineArn);
    intake.set(ENVIRONMENT.version, version);
    intake.set(ENVIRONMENT.eventReads, JSON.stringify(eventReads(definition)));
    artifacts.connectPayloads(intake, "read and write", definition.name);
    intake.allow(["states:StartExecution"], this.stateMachine.stateMachineArn);
    intake.allow(["states:StopExecution"], stateMachines.executionsOf(definition.name));
    const queue = new DurableQueue(this, "Events", {
      consumer: intake,
      batchSize: 10,
      maxReceiveCount: 20,
      deadLetters,
    });
    control.resendTo(queue.queue);
    if (express) this.runExpress(express, intake, queue, props);
    if (!mayLeaveWork(plan(definition))) intake.set(ENVIRONMENT.leavesNothing, "true");
    const rules: Record<string, string> = {};
    for (const { name } of definition.on) {
      const rule = queue.subscribe(name, {
        eventBus: bus.bus,
        description: `${name} → ${definition.name}`,
        eventPattern: { detailType: [name] },
      });
      rules[name] = rule.ruleArn;
    }
    const own = (id: string, detailType: string[], detail: Record<string, unknown> = {}) =>
      queue.subscribe(id, {
        eventBus: bus.bus,
        description: `${detailType[0]} → ${definition.name}`,
        eventPattern: {
          source: [MILLRACE_SOURCE],
          detailType,
          detail: { workflow: [definition.name], ...detail },
        },
      });
    own("Requested", ["run.requested"]);
    const { perKey, sharedLimit } = definition;
    if (perKey || sharedLimit) {
      own(
        "Ended",
        ENDED_STATUSES.map((status) => `run.${status}`),
        // A run that was accepted before a limit was added has only the other.
        perKey && sharedLimit ? {} : perKey ? { key: Match.exists() } : { limit: { name: Match.exists() } },
      );
    }
    return queue.deployed({ name: definition.name, role: "workflow" }, rules);
  }
}

/** What the end of a successful run writes, and what it depends on: see `tableRunEnds`. */
const ENDING = [
  "status",
  "output",
  "endedAt",
  "changedAt",
  "revision",
  "found",
  "due",
  "dueAt",
  "stuck",
  "held",
  "epoch",
  "execution",
  "compensation",
];
