import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../contract/environment.ts";
import { stepQueueName } from "../../contract/items/subscriber.ts";
import { compile } from "../../workflow/compile.ts";
import { undoStepsOf } from "../../workflow/composition.ts";
import { currentMachine } from "../../workflow/current.ts";
import { drawGraph } from "../../workflow/draw-graph.ts";
import { expressOf } from "../../workflow/express.ts";
import { plan } from "../../workflow/plan.ts";
import { releaseNeeds } from "../../workflow/release-needs.ts";
import { definitionVersion } from "../../workflow/version.ts";
import { workersOf } from "../../workflow/workers.ts";
import type { Workflow as WorkflowDefinition } from "../../workflow/workflow.ts";
import { DeadLetters } from "../dead-letters.ts";
import { DeployedQueues } from "../deployed-queues.ts";
import type { Platform } from "../platform.ts";
import type { Services } from "../services.ts";
import { Compensation } from "./compensation.ts";
import { Coordinator } from "./coordinator.ts";
import { createIntake } from "./intake.ts";
import { Release } from "./release.ts";
import { StepWorker } from "./step-worker.ts";

export interface WorkflowProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Millrace's own functions: what asks people, delivers events, and records what is deployed. */
  readonly services: Pick<Services, "approvals" | "control" | "collector" | "waits" | "releases">;
  /** Its steps and their order. */
  readonly definition: WorkflowDefinition;
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
    const { platform, services, definition } = props;
    const { control, releases } = services;
    const { name } = definition;
    const version = definitionVersion(definition);
    const deadLetters = new DeadLetters(this, "DeadLetters", {
      collector: services.collector,
      owner: name,
      subscribers: [name],
    });

    this.workers = this.createWorkers(props, version, deadLetters);
    const expressPlan = expressOf(definition);
    const express = expressPlan && this.workers.get(expressPlan.step)!;
    const release = new Release(this, "Release", {
      workflow: name,
      version,
      workers: this.workers,
      releases,
      graph: drawGraph(plan(definition)),
      express: expressPlan && { ...expressPlan, patience: express!.longestDelivery.toSeconds() },
      machine: expressPlan && currentMachine(definition),
      needs: releaseNeeds(definition),
    });
    const coordinator = this.coordinate(props, version);
    // With its role: a rejected deployment must not take a permission from open runs.
    coordinator.node.addDependency(release);
    this.stateMachine = coordinator.stateMachine;
    control.resendTo(...this.allWorkers.map(({ queue }) => queue.queue));
    const undoSteps = undoStepsOf(definition);
    if (undoSteps.length > 0) {
      const compensation = new Compensation(this, "Compensation", {
        workflow: name,
        stateMachines: platform.stateMachines,
        steps: undoSteps,
        workers: this.workers,
      });
      compensation.node.addDependency(release);
    }

    const { stateMachine } = this;
    const intake = { platform, control, deadLetters, definition, version, stateMachine, express };
    const events = createIntake(this, intake);
    const steps = [...this.workers].map(([step, { queue }]) =>
      queue.deployed({ name: stepQueueName(name, step), role: "step", workflow: name }),
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

  private createWorkers(
    { platform, services: { control }, definition }: WorkflowProps,
    version: string,
    deadLetters: DeadLetters,
  ): Map<string, StepWorker> {
    const workflow = definition.name;
    // By its name, since the state machine is created after the functions.
    const stateMachine = platform.stateMachines.arnOf(workflow);
    // The ARN of a distributed Map's child executions continues with the Map's label.
    const machines = [stateMachine, `${stateMachine}/*`];
    const byStep = workersOf(definition).flatMap((plan) => {
      const props = { platform, plan, workflow, version, control, deadLetters };
      const worker = new StepWorker(this, plan.name, props);
      worker.handler.allow(["states:SendTaskSuccess", "states:SendTaskFailure"], ...machines);
      if (definition.stepEvents === "logged")
        worker.handler.addEnvironment(ENVIRONMENT.loggedSteps, workflow);
      return plan.steps.map(({ name }) => [name, worker] as const);
    });
    return new Map(byStep);
  }

  private coordinate({ platform, services, definition }: WorkflowProps, version: string): Coordinator {
    const { stateMachines, artifacts } = platform;
    const approvals = services.approvals.questions.queue;
    const waits = services.waits.queue.queue;
    const steps = this.allWorkers.map(({ queue }) => queue.queue);
    return new Coordinator(this, "Coordinator", {
      stateMachineName: stateMachines.nameOf(definition.name),
      machine: compile(definition, {
        queueUrl: (step) => this.workers.get(step)!.queue.queue.queueUrl,
        approvalQueueUrl: approvals.queueUrl,
        waitQueueUrl: waits.queueUrl,
        version,
      }),
      // Whether or not this definition needs them: runs of earlier ones, which have the same role, may.
      parts: { bucket: artifacts, workflow: definition.name },
      queues: [...steps, approvals, waits],
    });
  }
}
