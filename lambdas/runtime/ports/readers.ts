import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type {
  ApprovalItem,
  ClaimItem,
  LogItem,
  QuarantineItem,
  RunItem,
} from "../../../lib/contract/table.ts";

/** The operator's view. */
export interface RunReader {
  /** The newest runs, newest first. */
  runs(limit: number): Promise<ListedRun[]>;
  /** Everything known about one run; undefined if there is none. */
  run(run: string): Promise<RunDetails | undefined>;
  /** Failed attempts so far, in order, from the execution's history. */
  failedAttempts(execution: string): Promise<FailedAttempt[]>;
  /** The states in which an execution waits now. */
  openStates(execution: string): Promise<OpenState[]>;
  /** Approvals that wait for a decision, oldest first. */
  openApprovals(limit: number): Promise<ListedApproval[]>;
  /** Quarantined events, newest first. */
  quarantined(limit: number): Promise<QuarantineItem[]>;
  /** Deployed versions of a workflow, or of all, with their live runs; the newest first. */
  versions(workflow?: string): Promise<Version[]>;
}

/** The log of runs. */
export interface LogReader {
  /**
   * The entries of a run, or of a reaction run, in order; with `until` (ISO, to the millisecond) those up to
   * then.
   */
  ofRun(run: string, until?: string): Promise<LogItem[]>;
  /**
   * The consequences of one outside event: the runs and reaction runs, and the entries of all of them in
   * order.
   */
  ofCorrelation(correlation: string, until?: string): Promise<{ runs: string[]; entries: LogItem[] }>;
}

/** A state that an execution has entered and not left. */
export interface OpenState {
  /** The place in the run: a step's claim path, a wait's path, or else the state's name. */
  path: string;
  /** ISO time. */
  since: string;
  /** What it waits for: "order.paid of o1". */
  for: string;
}

/** A version of a workflow. */
export interface Version {
  workflow: string;
  version: string;
  /** ISO time of the last deployment; undefined if it is not recorded. */
  deployedAt: string | undefined;
  /** How many of its runs have not ended. */
  runs: number;
}

type ListedRun = Pick<RunItem, "run" | "workflow" | "epoch" | "status" | "acceptedAt" | "endedAt">;

export type ListedApproval = Pick<
  ApprovalItem,
  "run" | "workflow" | "approval" | "path" | "level" | "until" | "listedAt"
>;

export interface RunDetails {
  run: RunItem;
  claims: ClaimItem[];
  approvals: ApprovalItem[];
}

export interface FailedAttempt extends FailureRecord {
  path: string;
  attempt: number;
  /** ISO time. */
  at: string;
}
