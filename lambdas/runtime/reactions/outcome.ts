import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";

/** The outcome of a delivered event. */
export type ReactOutcome =
  | { kind: "handled" }
  /** It was handled before. */
  | { kind: "duplicate" }
  /** The dry run of a replay has only counted it. */
  | { kind: "dry-run-event"; outcome: ReplayOutcome }
  | { kind: "quarantined"; reason: QuarantineItem["reason"] }
  /** It is in the dead-letter queue: a further attempt would not help. */
  | { kind: "dead-lettered"; failure: FailureRecord }
  /** Deferred; `due` in epoch milliseconds, or undefined until an operator resumes. */
  | { kind: "deferred"; why: string; due: number | undefined }
  /** Deliver again at `at` (epoch milliseconds). */
  | { kind: "later"; at: number; why: string }
  /** The message can be deleted: another invocation is responsible for the event. */
  | { kind: "dropped"; why: string };
