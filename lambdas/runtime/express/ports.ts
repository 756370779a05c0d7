import type { ExpressPlan } from "../../../lib/contract/groups/express.ts";
import type { Runs } from "../ports/runs.ts";
import type { ExpressGroupMessage } from "./message.ts";

/** How a workflow's intake starts runs without an execution. */
export interface ExpressLane {
  /** Does the work of a run in this invocation. Answers false if it is not done, and its message has to be sent. */
  work(message: ExpressGroupMessage): Promise<boolean>;
  /** The plan of a version of the definition; undefined if that version needs executions. */
  plan(version: string): Promise<ExpressPlan | undefined>;
  /** Sends a run's message to the queue of the workflow's steps. */
  send(message: ExpressGroupMessage): Promise<void>;
}

/** How a worker ends its part of a run without an execution. */
export interface ExpressEnds {
  runs: Pick<Runs, "succeeded">;
  /**
   * Asks the intake of the workflow to continue the run in an execution, at `at` (epoch milliseconds) or in 15
   * minutes, whichever is sooner.
   */
  handOver(run: string, epoch: number, why: string, at: number): Promise<void>;
}
