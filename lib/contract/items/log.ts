import type { LoggedState } from "../log/logged-state.ts";
import type { Item } from "./item.ts";

/**
 * One thing that happened to a run, or to a reaction run. Entries are never changed: an entry's key
 * identifies the change and the item, so that writing it again writes the same.
 */
export interface LogItem extends Item {
  kind: "log";
  /** The run or reaction run. */
  run: string;
  epoch: number;
  /** ISO time of the change, not of writing the entry. */
  at: string;
  /** Id of its event. */
  id: string;
  /** "step.completed": a reserved event's name, or that of one that a step emitted. */
  name: string;
  source: string;
  correlation: string;
  causation?: string | undefined;
  /** The place in the run: of a step, an approval or a wait. */
  path?: string | undefined;
  /** The item that changed: its sort key, or its whole key if it is not in the run's partition. `revision` orders its entries. */
  of: string;
  /**
   * Event data in addition to this entry and `state`. For an emitted event that is too large, its size: `{
   * bytes }`.
   */
  data: Record<string, unknown>;
  /** The state of the item after the change. Absent for an emitted event. */
  state?: LoggedState | undefined;
}

/**
 * Several entries of one run that the relay has written together, by the time of the first. Only
 * `log-pack.ts` writes and reads it.
 */
export interface LogPackItem extends Item {
  kind: "log-pack";
  run: string;
  /** The entries as compressed JSON. */
  entries: Uint8Array;
}

/** The runs and reaction runs that one outside event led to: one item for each. */
export interface CorrelatedItem extends Item {
  kind: "correlated";
  correlation: string;
  run: string;
  workflow: string;
}

/** Registration of viewers: without a viewer in the last hour, no feed is written. There is one item. */
export interface ViewersItem extends Item {
  kind: "viewers";
  /** ISO times: since when there are viewers without a gap of one hour, and until when this is valid. */
  since: string;
  until: string;
}

/**
 * Recent changes, for viewers: one item per batch of changes, kept for an hour. Two relays write
 * concurrently, so an item may appear about a second after one with a later sort key: a reader reads back
 * that far.
 */
export interface FeedItem extends Item {
  kind: "feed";
  changes: FeedChange[];
}

export interface FeedChange {
  /** Name of its event. */
  name: string;
  /** ISO time. */
  at: string;
  run?: string | undefined;
  workflow?: string | undefined;
  /** Of the run, if it changed. */
  status?: string | undefined;
  path?: string | undefined;
}
