import type { ExpressPlan } from "../../../lib/contract/groups/express.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { ClaimRequest } from "../ports/claims.ts";
import type { Runs } from "../ports/runs.ts";
import type { Effect } from "../work/effect.ts";
import type { Begun } from "../work/group/begun.ts";
import type { ExpressGroupMessage } from "./message.ts";

/** How a workflow's intake starts runs without an execution. */
export interface ExpressLane {
  /** The effect that a run begins with, if it can be claimed with the run's acceptance. */
  firstEffect(message: ExpressGroupMessage): Effect | undefined;
  /**
   * Accepts a run and takes the claim of its first effect in the same transaction. Answers false if nothing is
   * written: the run may exist.
   */
  acceptAndClaim(run: RunItem, first: ClaimRequest): Promise<boolean>;
  /** Does the work of a run in this invocation. Answers false if it is not done, and its message has to be sent. */
  work(message: ExpressGroupMessage, begun?: Begun): Promise<boolean>;
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
