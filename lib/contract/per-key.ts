import { type Duration, milliseconds } from "./duration.ts";

/**
 * Limits or orders the runs of a workflow that have the same key. The key is the event's key, unless `key`
 * overrides it: one key for all, as in `key: () => "all"`, limits the workflow as a whole.
 */
export type PerKey<Data = any> = (AtOnce | Throttle | Debounce) & {
  /** The key of an event, in place of the event's own. @default the event's key */
  readonly key?: (data: Data) => string;
  /**
   * Seconds by which a waiting run is moved ahead in the order of the events' times, from -86,400 to 86,400.
   * So an event with 60 starts before events of up to a minute earlier, and an event with a low priority does
   * not wait for ever. @default 0
   */
  readonly priority?: (data: Data) => number;
};

/** What happens to the event of a run that cannot start yet. */
interface WhenBusy {
  /**
   * Its run waits for its turn, or ends without starting, as "terminated" with "Millrace.Skipped". @default
   * "wait"
   */
  readonly busy?: "wait" | "skip";
}

/** Limits the number of concurrent runs of a key. */
export interface AtOnce extends WhenBusy {
  /** The maximum number, from 1 to 20. With 1, runs are sequential, in the order of their events. */
  readonly atOnce: number;
}

/** Limits how many runs of a key start in any period of this length. */
export interface Throttle extends WhenBusy {
  /** The maximum number of starts, from 1 to 100. */
  readonly starts: number;
  /** The period, from 1 second to 1 day. */
  readonly per: Duration;
  /** Limits the number of concurrent runs, too: from 1 to 20. @default no limit */
  readonly atOnce?: number;
}

/** Starts a run only for the last event of a burst; earlier ones end as "terminated" with "Millrace.Superseded". */
export interface Debounce {
  /** The time without a further event of the key after which the burst is over. */
  readonly debounce: Duration;
  /** Maximum duration of a burst, from its first event. @default no maximum */
  readonly atMost?: Duration;
}

/** The limits of a policy. */
export interface StartLimits {
  /** Concurrent runs; `Infinity` without a limit. */
  readonly atOnce: number;
  /** Starts in any `per` milliseconds; `Infinity` without a limit. */
  readonly starts: number;
  readonly per: number;
  /** Whether runs without a slot wait for one. */
  readonly wait: boolean;
}

/**
 * The limits of a debounce: no run moves up automatically, since the end of a burst decides which gets a
 * slot.
 */
export const NO_MOVES: StartLimits = { atOnce: 0, starts: Infinity, per: 0, wait: false };

export function startLimits(policy: PerKey): StartLimits {
  if ("debounce" in policy) return NO_MOVES;
  const wait = policy.busy !== "skip";
  if (!("starts" in policy)) return { atOnce: policy.atOnce, starts: Infinity, per: 0, wait };
  const { atOnce = Infinity, starts, per } = policy;
  return { atOnce, starts, per: milliseconds(per), wait };
}
