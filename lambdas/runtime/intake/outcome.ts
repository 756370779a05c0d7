import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";

/** What became of a delivery. */
export type IntakeOutcome =
  | { kind: "started"; run: string }
  /** The event was delivered before, and its run has been started. */
  | { kind: "duplicate"; run: string }
  /** A replay runs it again. */
  | { kind: "again"; run: string }
  /** The dry run of a replay has only counted it. */
  | { kind: "dry-run-event"; outcome: ReplayOutcome }
  /** It waits for its turn, its burst is not over, or its workflow is paused. */
  | { kind: "waits"; run: string }
  /** It waits for others of its key, in a batch. */
  | { kind: "collected"; key: string }
  /** Skipped, superseded by a later event, or not started in time. */
  | { kind: "passed"; run: string }
  | { kind: "quarantined"; reason: QuarantineItem["reason"] }
  /** A run without an execution continues in one, if it needs that. */
  | { kind: "continued"; run: string }
  /** A per-key queue, or a lane of a shared limit, was checked. */
  | { kind: "looked"; key: string }
  /** Step Functions throttles at the moment: the message stays in the queue. */
  | { kind: "throttled" };
