import type { Item } from "./item.ts";

/** A lane of a shared limit: the runs that have a place, and the last starts. */
export interface LimitLaneItem extends Item {
  kind: "limit-lane";
  limit: string;
  places: LimitPlace[];
  /** When the runs of the last period got their places, in epoch milliseconds. */
  starts?: number[] | undefined;
  /** The digest of the key that got the last place: the next key follows it. */
  cursor?: string | undefined;
  /** Epoch milliseconds for which a reminder was sent, since then the next run may start. */
  lookAt?: number | undefined;
  /** If the change gave places to runs that their workflows do not know about yet. */
  state?: "called" | undefined;
}

/** The place of a run in a lane. */
export interface LimitPlace {
  /** The name of its execution: a retried run needs another place. */
  execution: string;
  key: string;
  /** Epoch milliseconds at which it got the place. */
  at: number;
  /** Whether another invocation gave it the place: then its workflow is to start it. */
  called?: true | undefined;
}

/** A run that waits for a place. */
export interface LimitEntryItem extends Item {
  kind: "limit-entry";
  execution: string;
  key: string;
}
