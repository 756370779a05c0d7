import type { JournalItem } from "./journal.ts";

/** The log of runs, to which nothing but the relay adds. */
export interface EventLog {
  /** Adds items; those that are there already stay as they are, since the same are written. Throws where it cannot add all. */
  add(items: readonly JournalItem[]): Promise<void>;
}
