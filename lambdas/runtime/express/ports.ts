import type { ExpressPlan } from "../../../lib/contract/express.ts";
import type { ExpressGroupMessage } from "./message.ts";

/** How a workflow's intake starts runs without an execution. */
export interface ExpressLane {
  /** Undefined where the deployed definition needs executions. */
  plan(): Promise<ExpressPlan | undefined>;
  /** Sends a run's message to its worker. */
  send(message: ExpressGroupMessage): Promise<void>;
}

/** How a worker reports runs without an execution to their intake. */
export interface ExpressReports {
  /** Every step is done. */
  finish(run: string, epoch: number, output: unknown): Promise<void>;
  /** The run has to continue in an execution, from `at` on (epoch milliseconds), or 15 minutes from now if that is sooner. */
  handOver(run: string, epoch: number, why: string, at: number): Promise<void>;
}
