import type { ExpressOutcome, ExpressPlan } from "../../../lib/contract/express.ts";
import type { ExpressGroupMessage } from "./message.ts";

/** How a workflow's intake starts runs without an execution. */
export interface ExpressLane {
  /** The plan of a version of the definition; undefined if that version needs executions. */
  plan(version: string): Promise<ExpressPlan | undefined>;
  /** Sends a run's message to its worker. */
  send(message: ExpressGroupMessage): Promise<void>;
}

/** How a worker reports runs without an execution to the intake of their workflow. */
export interface ExpressReports {
  /** Every step is done. */
  finish(outcome: ExpressOutcome): Promise<void>;
  /**
   * The run has to continue in an execution, at `at` (epoch milliseconds) or in 15 minutes, whichever is
   * sooner.
   */
  handOver(run: string, epoch: number, why: string, at: number): Promise<void>;
}
