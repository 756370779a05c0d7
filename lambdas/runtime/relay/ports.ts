import type { JournalItem } from "./journal.ts";

/** Viewers: open pages of the console. */
export interface Viewers {
  /** Whether there was one within the last hour, as it was known some seconds ago. */
  any(): Promise<boolean>;
}

/** The log of runs, to which only the relay adds. */
export interface EventLog {
  /**
   * Adds items; existing ones do not change, since a repeated write has the same content. Throws if it cannot
   * add all.
   */
  add(items: readonly JournalItem[]): Promise<void>;
}
