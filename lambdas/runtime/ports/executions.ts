import type { RunEnd } from "../../../lib/contract/table.ts";

/** The state machines. */
export interface Executions {
  /**
   * Starts an execution by name; if it exists, that counts as started. `traceparent`: the span that it
   * continues.
   */
  start(
    name: string,
    input: string,
    traceparent?: string | undefined,
  ): Promise<{ kind: "started"; execution: string } | { kind: "throttled" }>;
  /** Stops an execution by name. Does nothing if it is not running. */
  stop(name: string, failure: NonNullable<RunEnd["failure"]>): Promise<void>;
  /** Answers a task token. `gone`: no state waits for it any more. */
  succeed(token: string, output: string): Promise<"delivered" | "gone">;
  fail(token: string, error: string, cause: string): Promise<"delivered" | "gone">;
}
