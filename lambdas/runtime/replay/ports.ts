import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { OperatorAction, ReplayItem } from "../../../lib/contract/table.ts";

/** Replays, from the point of view of a subscriber. */
export interface Replays {
  /** By its name, read consistently. Undefined for a replay that was not started here. */
  find(replay: string): Promise<ReplayItem | undefined>;
  /** Records that a dry run had an event of this identity. Answers an earlier record, if there was one. */
  recordDryRun(replay: string, event: DryRunEvent): Promise<Pick<DryRunEvent, "payload"> | undefined>;
  /** Counts the outcome of a delivery. */
  count(replay: string, subscriber: string, outcome: ReplayOutcome): Promise<void>;
}

/** Replays, from the point of view of an operator. */
export interface ReplayStore {
  /** Stores a replay that is about to start, unless there is one of its name. Returns the stored one. */
  keep(replay: ReplayItem): Promise<ReplayItem>;
  /** Starts the delivery of archived events to these rules only. A replay of the same name is the same. */
  start(replay: ReplayItem, rules: readonly string[]): Promise<"started" | "too many">;
  /** Lists a started replay, which publishes it. Idempotent. */
  announce(replay: ReplayItem): Promise<void>;
  /** Cancels a replay. `over`: it has ended already, or does not exist. */
  cancel(replay: string, order: OperatorAction): Promise<"cancelled" | "over">;
}

/** A replay, and its progress on the bus. */
export interface ObservedReplay {
  item: ReplayItem;
  progress: ReplayProgress;
}

export interface ReplayProgress {
  /** EventBridge's state; "unknown" if EventBridge no longer has the replay. */
  state: "starting" | "running" | "cancelling" | "completed" | "cancelled" | "failed" | "unknown";
  /** Why it failed. */
  reason?: string | undefined;
  /** ISO time: everything that was published before has been delivered. */
  deliveredUntil?: string | undefined;
  /** ISO time at which it ended. */
  endedAt?: string | undefined;
}

/** The operator's view of replays. */
export interface ReplayReader {
  /** The newest, newest first. */
  list(limit: number): Promise<ReplayItem[]>;
  /** One with its progress; undefined if there is none. */
  read(replay: string): Promise<ObservedReplay | undefined>;
}

/** The target of a replayed event: a run or a reaction run. */
export interface DryRunEvent {
  subscriber: string;
  /** Of the run or reaction run. */
  id: string;
  /** Digest of the event's payload. */
  payload: string;
}

/** The replay that delivered an event, which counts the event's outcome. */
export interface ReplayedDelivery {
  replay: ReplayItem;
  replays: Pick<Replays, "count" | "recordDryRun">;
}
