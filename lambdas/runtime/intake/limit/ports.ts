import type { StoredSettings } from "../../../../lib/contract/settings/stored.ts";
import type { LimitPlace } from "../../../../lib/contract/table.ts";
import type { HeldRun } from "../ports.ts";

/** A lane of a shared limit, as the table has it. */
export interface Lane {
  /** Undefined before the first write. */
  revision: number | undefined;
  places: LimitPlace[];
  /** When the runs of the last period got their places, oldest first; empty if starts are not limited. */
  starts: number[];
  /** The digest of the key that got the last place. */
  cursor?: string | undefined;
  /** Epoch milliseconds for which a reminder was sent. */
  lookAt?: number | undefined;
}

/** A run that waits for a place. */
export interface LimitEntry {
  execution: string;
  key: string;
  /** Sorts the entries of a key. */
  order: string;
}

/** The lanes of the shared limit of a workflow: "" for the lane of all keys, or a key for its own. */
export interface SharedLimits {
  /** Read consistently. */
  read(lane: string): Promise<Lane>;
  /** Answers false if the lane has changed since it was read. `called`: whether it gives places to others. */
  write(lane: string, next: Lane, called: boolean): Promise<boolean>;
  /** Adds a run to those that wait. Idempotent. */
  queue(lane: string, entry: LimitEntry): Promise<void>;
  unqueue(lane: string, entry: LimitEntry): Promise<void>;
  /**
   * Writes the lane, or removes an entry, while the run is held back: nothing is written after its release,
   * with which it asks for a place again.
   */
  writeWhileHeld(lane: string, next: Lane, run: HeldRun): Promise<"written" | "lane changed" | "released">;
  unqueueWhileHeld(lane: string, entry: LimitEntry, run: HeldRun): Promise<void>;
  /** The first waiting run of each key, in turn: from the key after `cursor` on, once around. */
  heads(lane: string, cursor: string | undefined): AsyncIterable<LimitEntry>;
  /** The settings that operators have changed; the answer may be a second old. */
  settings(): Promise<StoredSettings | undefined>;
}
