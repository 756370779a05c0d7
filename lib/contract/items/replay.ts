import type { Item, OperatorAction } from "./item.ts";

/** Prefix of the names of Millrace's replays; other replays are ordinary deliveries. */
export const REPLAY_PREFIX = "millrace-";

/**
 * A replay of archived events, with its outcomes. It is stored before the
 * replay is started, and listed once it is.
 */
export interface ReplayItem extends Item {
  kind: "replay";
  /** The name of EventBridge's replay, which every event of it carries as "replay-name". */
  replay: string;
  requested: OperatorAction;
  /** ISO times: events that were published from one to the other. */
  from: string;
  to: string;
  /** The subscribers whose rules are used, and the events. */
  subscribers: string[];
  events: string[];
  /** Completed work is restarted, as a new epoch. Otherwise it is skipped. */
  again: boolean;
  /** Dry run: only the counts change. */
  dry: boolean;
  /** Number of deliveries by subscriber and outcome: "produce-video duplicate". See `ReplayOutcome`. */
  counts: Record<string, number>;
  /** The operator action that cancelled it. */
  cancelled?: OperatorAction | undefined;
  list?: string | undefined;
  listedAt: string;
}

/**
 * The outcome of a replayed event at a subscriber, or in a dry run the expected outcome.
 *
 * new: it was not handled before; now it is, or waits for its turn. again: completed work was restarted.
 * duplicate: it was handled before and is skipped. running: it is being handled and is skipped.
 * quarantined: it was not admitted. failed: its handling failed.
 */
export type ReplayOutcome = "new" | "again" | "duplicate" | "running" | "quarantined" | "failed";

/** An event that a dry run saw at a subscriber: another with the same identity would be a duplicate. */
export interface DryRunEventItem extends Item {
  kind: "dry-run-event";
  /** Digest of its payload. */
  payload: string;
}
