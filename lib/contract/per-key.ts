import type { Duration } from "./duration.ts";

/**
 * How the runs of a workflow that are about the same thing relate to each other. What they are about is the event's
 * key, unless `key` says otherwise.
 */
export type PerKey<Data = any> = (AtOnce | Debounce) & {
  /** @default the event's key */
  readonly key?: (data: Data) => string;
};

/** Limits how many runs of a key are under way. */
export interface AtOnce {
  /** 1 makes them run one after another, in the order of their events. */
  readonly atOnce: number;
  /**
   * What becomes of an event that comes while so many are under way: its run waits for its turn, or ends without
   * having begun, as "terminated" by "Millrace.Skipped".
   * @default "wait"
   */
  readonly busy?: "wait" | "skip";
}

/** Starts a run only for the last event of a burst; those before it end as "terminated" by "Millrace.Superseded". */
export interface Debounce {
  /** How long no further event of the key must have come. */
  readonly debounce: Duration;
  /** When a run starts although events still come, counted from the first. @default never */
  readonly atMost?: Duration;
}
