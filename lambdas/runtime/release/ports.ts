import type { Release } from "../../../lib/contract/release.ts";
import type { ReleaseItem } from "../../../lib/contract/table.ts";

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
