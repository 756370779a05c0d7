import { Duration } from "aws-cdk-lib";
import { Policy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { seconds } from "../contract/duration.ts";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { StepSpec } from "../contract/step.ts";
import type { ToolSpec } from "../contract/tool.ts";
import type { ArtifactBucket } from "./artifact-bucket.ts";
import type { Control } from "./control.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { DurableQueue } from "./durable-queue.ts";
import type { HandlerBundles } from "./handler-bundles.ts";
import { HandlerFunction } from "./handler-function.ts";
import { connectImageModel, connectModel, type ImageModels, type Models } from "./models.ts";
import type { StateTable } from "./state-table.ts";
import { connectTools } from "./tools.ts";

export interface StepWorkerProps {
  readonly step: StepSpec;
  readonly workflow: string;
  /** Content version of the workflow. */
  readonly version: string;
  readonly bundles: HandlerBundles;
  readonly table: StateTable;
  readonly artifacts: ArtifactBucket;
  readonly control: Control;
  readonly deadLetters: DeadLetters;
  /** The language models that its code may ask. @default the embedded one */
  readonly models?: Models;
  /** The image models that its code may ask. @default the embedded one */
  readonly imageModels?: ImageModels;
}

/** What a try needs beside the step's own time: cold start, claim, completion and report. */
export const OVERHEAD = Duration.seconds(15);

/** One step: its queue and the function that does the work. */
export class StepWorker extends Construct {
  readonly handler: HandlerFunction;
  /** What models may call in the function. */
  readonly tools: readonly ToolSpec[];
  readonly queue: DurableQueue;

  constructor(scope: Construct, id: string, props: StepWorkerProps) {
    super(scope, id);
    const { step, workflow, version, bundles, table, artifacts, control, deadLetters, models = {} } = props;
    this.handler = new HandlerFunction(this, "Worker", {
      code: bundles.code(step.name),
      description: `${workflow}: ${step.name}`,
      timeout: Duration.seconds(seconds(step.timeout)).plus(OVERHEAD),
      memory: step.memory,
    });
    table.connect(this.handler, "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem");
    control.connect(this.handler);
    this.handler.set(ENVIRONMENT.version, version);
    this.allowHandOver();
    artifacts.connect(this.handler, step.artifacts, `${workflow}/`);
    artifacts.connectPayloads(this.handler, "read and write", workflow);
    artifacts.connectShared(this.handler, step.shared);
    connectModel(this.handler, step.model, models);
    connectImageModel(this.handler, step.images, props.imageModels);
    this.tools = step.tools;
    connectTools(this.handler, step.tools);
    this.queue = new DurableQueue(this, "Work", {
      ...{ consumer: this.handler, maxConcurrency: step.concurrency, deadLetters },
    });
  }

  /** Messages of runs that began on an earlier version go to the function's own version of then. */
  private allowHandOver(): void {
    const { role, functionArn } = this.handler.function;
    // Not among the function's other grants: it would come before the function that it names.
    new Policy(this, "HandOver", {
      roles: [role!],
      statements: [
        new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [`${functionArn}:*`] }),
      ],
    });
  }
}
