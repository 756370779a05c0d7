import { Duration } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import type { ToolSpec } from "../contract/tool.ts";
import type { WorkSpec } from "../contract/work.ts";
import { HandlerFunction } from "./handler-function.ts";
import { connectImageModel, connectModel } from "./models.ts";
import type { Platform } from "./platform.ts";

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

  /** Lets it call the models and the tools that its work names, and no others. */
  connectModels({ models, imageModels }: Pick<Platform, "models" | "imageModels">): void {
    connectModel(this, this.work.model, models);
    connectImageModel(this, this.work.images, imageModels);
    if (this.tools.length > 0)
      this.addEnvironment(ENVIRONMENT.tools, this.tools.map(({ name }) => name).join(","));
  }
}
