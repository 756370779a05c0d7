import type { LoggedState } from "../logged-state.ts";
import type { Item } from "./item.ts";

/**
 * One thing that happened to a run, or to a reaction's handling of an event. Entries are only ever added: an entry's key
 * says which change of which item it tells of, so that writing it again writes the same.
 */
export interface LogItem extends Item {
  kind: "log";
  /** The run, or the handling of an event by a reaction. */
  run: string;
  epoch: number;
  /** ISO time at which it happened: the state's own, not that of writing it down. */
  at: string;
  /** Id of the event that tells of it. */
  id: string;
  /** "step.completed": a reserved event's name, or that of one that a step emitted. */
  name: string;
  source: string;
  correlation: string;
  causation?: string | undefined;
  /** Where in the run: of a step, a question or a wait. */
  path?: string | undefined;
  /** The item that changed: its sort key, or its whole key where it lies elsewhere than the run. `revision` orders what is told of it. */
  of: string;
  /** What the event says beside this entry and `state`. Of an event that a step emitted and that is too large, its size: `{ bytes }`. */
  data: Record<string, unknown>;
  /** How the item stands since. An event that a step emitted has none. */
  state?: LoggedState | undefined;
}

/** Which runs and handlings one outside event led to: one item for each. */
export interface CorrelatedItem extends Item {
  kind: "correlated";
  correlation: string;
  run: string;
  workflow: string;
}

/** Who looks on wants to hear of changes: without an onlooker in the last hour, no feed is written. There is one. */
export interface OnlookersItem extends Item {
  kind: "onlookers";
  /** ISO times: since when somebody has looked on, without an hour in which nobody did; and how long that counts. */
  since: string;
  until: string;
}

/**
 * What changed a moment ago, for those who look on: one item per batch of changes, kept for an hour. Two relays write at
 * once, so that an item may turn up after one that sorts behind it, by a second or so: who reads on looks back as far.
 */
export interface FeedItem extends Item {
  kind: "feed";
  changes: FeedChange[];
}

export interface FeedChange {
  /** Name of the event that tells of it. */
  name: string;
  /** ISO time. */
  at: string;
  run?: string | undefined;
  workflow?: string | undefined;
  /** Of the run, where it changed. */
  status?: string | undefined;
  path?: string | undefined;
}
