import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { ChangeRun } from "../../../lib/contract/messages/command.ts";
import type {
  AwaitedEventItem,
  RaceChildItem,
  RaceItem,
  WaiterItem,
  WaitKey,
} from "../../../lib/contract/table.ts";
import type { DeferMessagePorts } from "../defer/defer-message.ts";
import type { Executions } from "../ports/executions.ts";
import type { Artifacts } from "../ports/files.ts";
import type { Runs } from "../ports/runs.ts";
import type { Metrics } from "../ports/telemetry.ts";
import type { StartConditionReader } from "../work/ports.ts";
import type { Meeting } from "./match.ts";

/**
 * Waiters and awaited events. Reads are consistent; each write increments the item's revision and sets its
 * time.
 */
export interface Waits {
  /** The waiters and events of a name and key. With `run`, only the waiters of that run. */
  meeting(point: WaitKey, run?: string): Promise<Meeting>;
  waiter(key: ItemKey): Promise<WaiterItem | undefined>;
  /** Writes an item in place of `before`, or a new one. Returns false if another exists by now. */
  put<Entry extends WaiterItem | AwaitedEventItem>(before: Entry | undefined, after: Entry): Promise<boolean>;
  /**
   * Writes a match, `after`, unless the waiter has changed or its run has consumed the event: then answers
   * false.
   */
  consume(before: WaiterItem, after: WaiterItem): Promise<boolean>;
  /**
   * Writes a waiter that has lost its event, which its run may consume again. Answers false if it has
   * changed.
   */
  giveBack(before: WaiterItem, after: WaiterItem): Promise<boolean>;
}

/** The decisions of races. */
export interface Races {
  /** Records the winner, unless there is one. Answers the decision that counts. */
  decide(item: RaceItem): Promise<RaceItem>;
  /** Records that a way of a race calls a run. */
  call(item: RaceChildItem): Promise<void>;
  /** The call was refused. */
  uncall(item: RaceChildItem): Promise<void>;
}

/** How waiting states were left. */
export interface TaskHistory {
  /** Whether the state of the token was left by an answer. */
  answered(workflow: string, execution: string, token: string): Promise<boolean>;
}

/** Ends runs before their time. */
export interface Terminator {
  /** Requests the termination of a run. Idempotent. */
  terminate(command: ChangeRun): Promise<void>;
}

export interface WaitPorts extends DeferMessagePorts {
  waits: Waits;
  races: Races;
  runs: Pick<Runs, "read">;
  startConditions: StartConditionReader;
  executions: Pick<Executions, "succeed" | "fail">;
  history: TaskHistory;
  terminator: Terminator;
  /** Where large values of a run are stored. */
  artifacts(workflow: string, run: string): Artifacts;
  metrics: Metrics;
}
