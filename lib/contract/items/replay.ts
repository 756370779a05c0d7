import type { Item, Order } from "./item.ts";

/** The names of Millrace's replays begin so; those of others are nothing but deliveries. */
export const REPLAY_PREFIX = "millrace-";

/**
 * Events of the archive that somebody has had delivered once more, and what became of them. It is kept before the
 * replay is started, and listed once it is.
 */
export interface ReplayItem extends Item {
  kind: "replay";
  /** The name of EventBridge's replay, which every event of it carries as "replay-name". */
  replay: string;
  ordered: Order;
  /** ISO times: events that were published from one to the other. */
  from: string;
  to: string;
  /** Whose rules take part, and for which events. */
  subscribers: string[];
  events: string[];
  /** What has already been done is done once more, as a new epoch. Otherwise it is left as it is. */
  again: boolean;
  /** Nothing is done; the counts say what would be. */
  dry: boolean;
  /** How many deliveries met what, by subscriber and outcome: "produce-video duplicate". See `ReplayOutcome`. */
  counts: Record<string, number>;
  /** Who ended it before all was delivered. */
  cancelled?: Order | undefined;
  list?: string | undefined;
  listedAt: string;
}

/**
 * What a replayed event came to, or in a dry run would come to, at a subscriber.
 *
 * new: nothing had been done about it; now it is, or waits its turn. again: what had been done is done once more.
 * duplicate: it had been done, and is left as it is. under-way: it is being done just now, and is left alone.
 * quarantined: it may not enter. failed: it was tried, and given up.
 */
export type ReplayOutcome = "new" | "again" | "duplicate" | "under-way" | "quarantined" | "failed";

/** An event that a dry run has had at a subscriber: another of the same identity would find the first done. */
export interface ForeseenItem extends Item {
  kind: "foreseen";
  /** Digest of its payload. */
  payload: string;
}
