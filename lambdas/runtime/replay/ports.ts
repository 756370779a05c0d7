import type { ReplayOutcome } from "../../../lib/contract/items/replay.ts";
import type { OperatorAction, ReplayItem } from "../../../lib/contract/table.ts";

/** Replays, as those meet them to whom events are delivered once more. */
export interface Replays {
  /** By its name, read consistently. Undefined for a replay that was not started here. */
  find(replay: string): Promise<ReplayItem | undefined>;
  /** Notes that a dry run had an event of this identity. Answers the note of an earlier one, where there was one. */
  recordDryRun(replay: string, event: DryRunEvent): Promise<Pick<DryRunEvent, "payload"> | undefined>;
  /** Counts what a delivery came to. */
  count(replay: string, subscriber: string, outcome: ReplayOutcome): Promise<void>;
}

/** Replays, as people order them. */
export interface ReplayStore {
  /** Stores a replay that is about to be started, unless there is one of its name. Returns the stored one. */
  keep(replay: ReplayItem): Promise<ReplayItem>;
  /** Has the bus take the events out of the archive, to these rules alone. A replay of the same name is the same. */
  start(replay: ReplayItem, rules: readonly string[]): Promise<"started" | "too many">;
  /** Lists a replay that is started, which publishes it. Once is enough. */
  announce(replay: ReplayItem): Promise<void>;
  /** Ends a replay. `over`: it has ended by itself, or there is none. */
  cancel(replay: string, order: OperatorAction): Promise<"cancelled" | "over">;
}

/** A replay, and how far the bus has come with it. */
export interface ObservedReplay {
  item: ReplayItem;
  progress: ReplayProgress;
}

export interface ReplayProgress {
  /** EventBridge's word; "unknown" where it has forgotten the replay. */
  state: "starting" | "running" | "cancelling" | "completed" | "cancelled" | "failed" | "unknown";
  /** Why it failed. */
  reason?: string | undefined;
  /** ISO time: everything that was published before has been delivered. */
  deliveredUntil?: string | undefined;
  /** ISO time at which it ended. */
  endedAt?: string | undefined;
}

/** Replays, as people look at them. */
export interface ReplayReader {
  /** The newest, newest first. */
  list(limit: number): Promise<ReplayItem[]>;
  /** One with its progress; undefined where there is none. */
  read(replay: string): Promise<ObservedReplay | undefined>;
}

/** What a replayed event is for at a subscriber: a run, or the handling by a reaction. */
export interface DryRunEvent {
  subscriber: string;
  /** Of the run or handling. */
  id: string;
  /** Digest of the event's payload. */
  payload: string;
}
