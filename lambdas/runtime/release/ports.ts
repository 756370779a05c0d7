import type { Release } from "../../../lib/contract/release.ts";
import type { DeployedQueue, DeployedQueueItem, ReleaseItem } from "../../../lib/contract/table.ts";

/** How many runs of a version have not ended. */
export interface LiveRuns {
  workflow: string;
  version: string;
  runs: number;
}

/** Releases, and the runs that use them. */
export interface Releases {
  find(workflow: string, version: string): Promise<ReleaseItem | undefined>;
  /** With the state machine of a version whose runs do without an execution. */
  withMachine(
    workflow: string,
    version: string,
  ): Promise<(ReleaseItem & Pick<Release, "machine">) | undefined>;
  /** Those of a workflow, or of all. */
  list(workflow?: string): Promise<ReleaseItem[]>;
  live(): Promise<LiveRuns[]>;
  /**
   * Ids of the open runs that need one of these versions, by version. A run that waits for its start will begin on the
   * newest one, unless its version needs no execution.
   */
  begun(workflow: string, versions: ReadonlySet<string>): Promise<Map<string, string[]>>;
  /** Stores a release in place of an earlier one of the same version. */
  keep(release: Release): Promise<void>;
}

/** The deployed queues, with the rules that send to them. */
export interface QueueRegister {
  /** All of them, read consistently. */
  list(): Promise<DeployedQueueItem[]>;
  /** By its name, read consistently. */
  read(name: string): Promise<DeployedQueueItem | undefined>;
  /** Stores a queue in place of an earlier one of its name. */
  keep(queue: DeployedQueue): Promise<void>;
  /** Removes a queue, unless another has the same name. */
  remove(queue: DeployedQueue): Promise<void>;
}
