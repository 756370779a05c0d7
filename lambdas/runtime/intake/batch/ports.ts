import type { CollectedEventItem, RunItem } from "../../../../lib/contract/table.ts";

/** An event that waits for its batch. */
export interface BatchEntry {
  collected: string;
  /** ISO time. */
  acceptedAt: string;
  bytes: number;
}

/** The events of a key that wait. */
interface BatchLine {
  /** The first of them, in the order in which they were accepted: more than fit into one batch. */
  entries: BatchEntry[];
  /** Epoch milliseconds for which a reminder was sent last. */
  lookAt: number | undefined;
}

/** The events that a workflow collects into runs. */
export interface Batches {
  /** Puts the event unless one of the same identity exists; then answers that one. */
  collect(event: CollectedEventItem): Promise<CollectedEventItem | undefined>;
  /** Puts an event into the line of its key; twice is once. */
  join(event: CollectedEventItem): Promise<void>;
  /** The line of a key, read consistently. */
  line(key: string): Promise<BatchLine>;
  /** The events of a line, read consistently; undefined where there is none. */
  events(entries: readonly BatchEntry[]): Promise<(CollectedEventItem | undefined)[]>;
  /**
   * Puts the run and makes these events part of it, all or nothing. `taken`: another delivery made one of them part of a run.
   * `conflict`: others were changing one of them at that moment.
   */
  form(run: RunItem, events: readonly CollectedEventItem[]): Promise<"formed" | "taken" | "conflict">;
  /** Takes events out of the line. */
  leave(key: string, entries: readonly BatchEntry[]): Promise<void>;
  /** Notes that a reminder was sent. */
  reminded(key: string, lookAt: number): Promise<void>;
}
