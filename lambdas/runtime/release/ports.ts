import type { Release } from "../../../lib/contract/release.ts";
import type { DeployedQueue, DeployedQueueItem, ReleaseItem } from "../../../lib/contract/table.ts";

/** How many runs of a version have not ended. */
export interface LiveRuns {
  workflow: string;
  version: string;
  runs: number;
}

/** What was deployed, and what still runs on it. */
export interface Releases {
  find(workflow: string, version: string): Promise<ReleaseItem | undefined>;
  /** Those of a workflow, or of all. */
  list(workflow?: string): Promise<ReleaseItem[]>;
  live(): Promise<LiveRuns[]>;
  /** Keeps a release in place of an earlier one of the same version. */
  keep(release: Release): Promise<void>;
}

/** The queues that are deployed, with the rules that fill them. */
export interface QueueRegister {
  /** All of them, read consistently. */
  list(): Promise<DeployedQueueItem[]>;
  /** By its name, read consistently. */
  read(name: string): Promise<DeployedQueueItem | undefined>;
  /** Keeps a queue in place of an earlier one of its name. */
  keep(queue: DeployedQueue): Promise<void>;
  /** Forgets a queue, unless another has taken its name. */
  remove(queue: DeployedQueue): Promise<void>;
}
