import type { Duration } from "./duration.ts";

/** Collects events into runs: a run starts with several events of the same key. */
export interface Batch<Data = any, Size extends number = number> {
  /** The maximum number of events in a run, from 2 to 99. A batch of so many starts at once. */
  readonly size: Size;
  /** How long the first event of a batch waits for others, from 1 second to 1 day. */
  readonly within: Duration;
  /** Which events belong together. With one key for all, as in `by: () => "all"`, any do. @default the event's key */
  readonly by?: (data: Data) => string;
  /**
   * The maximum size of the payloads of a batch together, in bytes of JSON, up to 200,000. A batch that has no room for the next
   * event starts at once. An event that is larger is a batch of its own.
   * @default 200000
   */
  readonly bytes?: number;
}

/** What a run of a batch reads. */
export interface EventBatch<Data = any> {
  /** The key that its events have in common. */
  key: string;
  /** The payloads, in the order of the events' times. */
  events: Data[];
}

/** More do not fit into one transaction, together with their run. */
export const LARGEST_EVENT_BATCH = 99;
/** So that a batch always fits into the input of an execution, which takes 256 KiB. */
export const MOST_BATCH_BYTES = 200_000;
