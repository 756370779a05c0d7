import type { JournalItem } from "./journal.ts";

/** Those who look on: pages of the console that are open. */
export interface Viewers {
  /** Whether there was one within the last hour, as it was known some seconds ago. */
  any(): Promise<boolean>;
}

/** The log of runs, to which nothing but the relay adds. */
export interface EventLog {
  /** Adds items; those that are there already stay as they are, since the same are written. Throws where it cannot add all. */
  add(items: readonly JournalItem[]): Promise<void>;
}
