import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";

/** What became of a delivered event. */
export type ReactOutcome =
  | { kind: "handled" }
  /** It had been handled before. */
  | { kind: "duplicate" }
  /** A dry run of a replay has only counted it. */
  | { kind: "dry-run-event"; outcome: ReplayOutcome }
  | { kind: "quarantined"; reason: QuarantineItem["reason"] }
  /** It lies in the dead-letter queue: no further try makes sense. */
  | { kind: "dead-lettered"; failure: FailureRecord }
  /** Kept outside of the queue; `due` in epoch milliseconds, or undefined until an operator resumes. */
  | { kind: "deferred"; why: string; due: number | undefined }
  /** Come back at `at` (epoch milliseconds). */
  | { kind: "later"; at: number; why: string }
  /** The message may go: another invocation answers for the event. */
  | { kind: "dropped"; why: string };
