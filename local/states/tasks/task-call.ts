import type { Kernel } from "../../kernel/kernel.ts";
import type { Execution } from "../run.ts";
import type { HttpTrace } from "./http/trace.ts";

/** A call of a task's resource. */
export interface Call {
  kernel: Kernel;
  /** ARN of the role whose permissions the call uses. */
  caller: string;
  parameters: Record<string, unknown>;
  execution: Pick<Execution, "arn" | "machineArn" | "machine">;
  /** Distinguishes this attempt from others. */
  nonce: string;
  /** In TestState, at the level TRACE. */
  trace?: HttpTrace | undefined;
}
