import { Duration } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import type { ToolSpec } from "../contract/tool.ts";
import type { WorkSpec } from "../contract/work.ts";
import { HandlerFunction } from "./handler-function.ts";
import { connectImageModel, connectModel } from "./models.ts";
import type { Platform } from "./platform.ts";
import type { StateTable } from "./state-table.ts";

export interface WorkFunctionProps {
  /** The bundle of its handler. */
  readonly code: Code;
  /** The function's description in the AWS console. */
  readonly description: string;
  /** Its memory, and what its handler may call. */
  readonly work: Pick<WorkSpec, "memory" | "model" | "images" | "tools">;
  /** The timeout of one invocation of the handler, in seconds. */
  readonly timeout: number;
}

/** Time of an attempt in addition to the handler's timeout: cold start, claim, completion and report. */
const OVERHEAD = Duration.seconds(15);

/** A function that runs handlers of the app: those of steps, or that of a reaction. */
export class WorkFunction extends HandlerFunction {
  private readonly work: WorkFunctionProps["work"];

  constructor(scope: Construct, id: string, { code, description, work, timeout }: WorkFunctionProps) {
    super(scope, id, {
      code,
      description,
      timeout: Duration.seconds(timeout).plus(OVERHEAD),
      memorySize: work.memory,
    });
    this.work = work;
  }

  /** The tools that models may call in the function. */
  get tools(): readonly ToolSpec[] {
    return this.work.tools;
  }

  /** Whether its code may ask a language model. */
  get asksModel(): boolean {
    return this.work.model !== undefined;
  }

  /** Lets it read and change the state of the breakers of its work, and read their settings. */
  connectBreakers(table: StateTable, work: readonly Pick<WorkSpec, "breaker">[]): void {
    const names = [...new Set(work.flatMap(({ breaker }) => breaker?.name ?? []))];
    if (names.length === 0) return;
    const breakers = names.map(PARTITIONS.breaker);
    const settings = names.map((name) => PARTITIONS.controls("breaker", name));
    table.connect(
      this,
      { may: ["GetItem", "BatchGetItem"], of: settings },
      { may: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"], of: breakers },
    );
  }

  /** Lets it call the models and the tools that its work names, and no others. */
  connectModels({ models, imageModels }: Pick<Platform, "models" | "imageModels">): void {
    connectModel(this, this.work.model, models);
    connectImageModel(this, this.work.images, imageModels);
    if (this.tools.length > 0)
      this.addEnvironment(ENVIRONMENT.tools, this.tools.map(({ name }) => name).join(","));
  }
}
