import type { Duration } from "./duration.ts";

/**
 * Limits or orders the runs of a workflow that have the same key. The key is the event's
 * key, unless `key` overrides it.
 */
export type PerKey<Data = any> = (AtOnce | Debounce) & {
  /** @default the event's key */
  readonly key?: (data: Data) => string;
};

/** Limits the number of concurrent runs of a key. */
export interface AtOnce {
  /** The maximum number. With 1, runs are sequential, in the order of their events. */
  readonly atOnce: number;
  /**
   * What happens to an event while the maximum number is running: its run waits for its turn, or ends without
   * starting, as "terminated" with "Millrace.Skipped".
   * @default "wait"
   */
  readonly busy?: "wait" | "skip";
}

/** Starts a run only for the last event of a burst; earlier ones end as "terminated" with "Millrace.Superseded". */
export interface Debounce {
  /** How long there must be no further event of the key. */
  readonly debounce: Duration;
  /** Maximum duration of a burst, from its first event. @default no maximum */
  readonly atMost?: Duration;
}
