import { Duration } from "aws-cdk-lib";
import { Policy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../contract/environment.ts";
import { PARTITIONS } from "../../contract/partitions.ts";
import { LEAST_INVOCATIONS } from "../../contract/step.ts";
import type { WorkSpec } from "../../contract/work.ts";
import type { WorkerPlan } from "../../workflow/workers.ts";
import type { Control } from "../control.ts";
import type { DeadLetters } from "../dead-letters.ts";
import { DurableQueue } from "../durable-queue.ts";
import type { Platform } from "../platform.ts";
import type { StateTable } from "../state-table.ts";
import { WorkFunction } from "../work-function.ts";

export interface StepWorkerProps {
  /** What all constructs of one Millrace share. */
  readonly platform: Platform;
  /** Its steps, and their timeout. */
  readonly plan: WorkerPlan;
  /** Name of the workflow. */
  readonly workflow: string;
  /** Content version of the workflow. */
  readonly version: string;
  /** Sends its deferred messages again. */
  readonly control: Control;
  /** Collects its dead letters. */
  readonly deadLetters: DeadLetters;
}

/** One step, or those that share a pool: the queue and the function that runs them. */
export class StepWorker extends Construct {
  readonly handler: WorkFunction;
  readonly queue: DurableQueue;
  /** Maximum number of its concurrent invocations. */
  readonly invocations: number;
  /** Maximum number of messages that one of them handles. */
  readonly batchSize: number;

  constructor(scope: Construct, id: string, props: StepWorkerProps) {
    super(scope, id);
    const { platform, plan, workflow, version, control, deadLetters } = props;
    const { bundles, table, artifacts } = platform;
    const { steps } = plan;
    this.invocations = plan.invocations;
    // A function has one of each, so it is the same for all its steps.
    const [work] = steps;
    this.batchSize = work.pool?.batch ?? work.batch ?? 1;
    this.handler = new WorkFunction(this, "Worker", {
      code: bundles.worker(workflow, plan),
      description: `${workflow}: ${plan.name}`,
      work,
      timeout: plan.timeout,
    });
    this.claimIn(table, workflow, steps);
    control.connectWakeups(this.handler);
    this.handler.addEnvironment(ENVIRONMENT.version, version);
    this.allowHandOver();
    for (const step of steps) {
      artifacts.connect(this.handler, step.artifacts, `${workflow}/`);
      artifacts.grantShared(this.handler, step.shared);
    }
    artifacts.connectPayloads(this.handler, "read and write", workflow);
    this.handler.connectModels(platform);
    this.queue = new DurableQueue(this, "Work", {
      consumer: this.handler,
      batchSize: this.batchSize,
      deadLetters,
      maxConcurrency: plan.takesEvents ? LEAST_INVOCATIONS : plan.invocations,
    });
  }

  /** No delivery of a message lives longer, if its function died: then it is delivered again. */
  get longestDelivery(): Duration {
    return Duration.seconds(this.handler.timeout.toSeconds() + this.queue.visibilityTimeout.toSeconds());
  }

  /**
   * Claims and deferred messages of its workflow's runs, their spending, and the health of its steps'
   * downstreams.
   */
  private claimIn(table: StateTable, workflow: string, steps: readonly Pick<WorkSpec, "breaker">[]): void {
    const { runs, work, races, deferred, controls, releases } = PARTITIONS;
    table.connect(
      this.handler,
      {
        may: ["BatchGetItem"],
        of: [runs(workflow), work(workflow), races(workflow), controls("workflow", workflow), releases()],
      },
      { may: ["PutItem", "UpdateItem", "Query"], of: [work(workflow)] },
      { may: ["PutItem", "DeleteItem"], of: [deferred(workflow)] },
      { may: ["UpdateItem"], of: [runs(workflow)], attributes: ["budget"] },
    );
    this.handler.connectBreakers(table, steps);
  }

  /** Messages of runs that began on an earlier version are routed to the function version of that time. */
  private allowHandOver(): void {
    const { role, functionArn } = this.handler.function;
    // Separate from the function's other grants: those are created before the function that it names.
    new Policy(this, "HandOver", {
      roles: [role!],
      statements: [
        new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [`${functionArn}:*`] }),
      ],
    });
  }
}
